#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace troupe::inspecting::terminal {

/// What a piece of text is; the display knows what that looks like.
enum class style : std::uint8_t {
  plain,
  label,           ///< what stands beside every value, to be passed over
  strong,          ///< a name, a value that is looked for
  good,            ///< all is well
  warning,         ///< to be watched
  alarm,           ///< it hurts
  bar,             ///< the filled part of a bar or a graph
  title,           ///< the top line
  heading,         ///< the names of a table's columns
  sorted,          ///< the one of them that rows are sorted by
  tab,             ///< a page that could be shown
  shown_tab,       ///< the page that is
  key_name,        ///< of a key that does something
  key_meaning,     ///< what it does
  chosen,          ///< the row that the next key is about
  warning_on_bar,  ///< on the chosen row, or on the top line
  alarm_on_bar,
};

struct styled_text {
  std::string text;
  style look = style::plain;
};

/// Pieces of one line, from left to right.
using styled_line = std::vector<styled_text>;

[[nodiscard]] inline styled_line line_of(std::string text, style look = style::plain) {
  return {{.text = std::move(text), .look = look}};
}

}  // namespace troupe::inspecting::terminal
