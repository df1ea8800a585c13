#pragma once

namespace troupe::inspecting::terminal {

/// A character that was typed, or one of these.
using key = char32_t;

namespace keys {

constexpr key beyond_characters = 0x110000;

enum : key {
  up = beyond_characters,
  down,
  left,
  right,
  page_up,
  page_down,
  home,
  end,
  back_tab,
  backspace,
  unknown,
  f1,  ///< and so on up to F12
};

constexpr key tab = U'\t';
constexpr key enter = U'\n';
constexpr key escape = U'\x1b';
constexpr key redraw = U'\x0c';  ///< Ctrl-L

}  // namespace keys
}  // namespace troupe::inspecting::terminal
