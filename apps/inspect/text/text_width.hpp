#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::inspecting {

/// The code points of UTF-8 text; what is none is U+FFFD.
[[nodiscard]] std::u32string code_points(std::string_view text);

void append_utf8(std::string& text, char32_t code_point);

/// How many cells `text` takes. All text that is drawn holds code points that take one each: our
/// own, and what `printable` made of others'.
[[nodiscard]] int width_of(std::string_view text);

/// `text`, or its beginning and "…", in `width` cells at most.
[[nodiscard]] std::string shortened(std::string_view text, int width);

/// `text` in lines of `width` cells at most, broken between words where that can be.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, int width);

}  // namespace troupe::inspecting
