#pragma once

#include <string_view>

namespace troupe::inspecting::web {

/// A file of the page; they are part of the program.
struct page_file {
  std::string_view path;  ///< as it is asked for: "/main.js"
  std::string_view type;  ///< of its content, as HTTP has it
  std::string_view content;
};

/// Nothing if there is none; "/" is the page itself.
[[nodiscard]] const page_file* find_page_file(std::string_view path);

}  // namespace troupe::inspecting::web
