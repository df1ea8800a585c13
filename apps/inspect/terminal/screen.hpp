#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "apps/inspect/terminal/style.hpp"

namespace troupe::inspecting::terminal {

struct screen_size {
  int rows = 24;
  int columns = 80;
  friend bool operator==(const screen_size&, const screen_size&) = default;
};

/// A part of a screen.
struct area {
  int row = 0;
  int column = 0;
  int rows = 0;
  int columns = 0;
};

struct cell {
  char32_t glyph = U' ';
  style look = style::plain;
  friend bool operator==(const cell&, const cell&) = default;
};

/// What a terminal shows, before any terminal is asked to show it. What lies outside is not drawn.
class screen {
 public:
  explicit screen(screen_size size);

  [[nodiscard]] screen_size size() const { return size_; }
  [[nodiscard]] area whole() const { return {0, 0, size_.rows, size_.columns}; }

  /// Puts text at a place, up to the right edge. Returns the column behind it.
  int put(int row, int column, std::string_view text, style look = style::plain);
  /// Puts no more than `width` cells, with "…" where that is less than all.
  int put(int row, int column, const styled_line& line, int width);
  /// Puts text so that it ends before `end`. Returns the column where it begins.
  int put_right(int row, int end, const styled_line& line);

  /// Takes all off a line.
  void clear(int row);
  /// Gives a whole line, what is on it and what will be, a look.
  void paint(int row, style look);
  /// Shows that what is on a line is old: nothing in it stands out.
  void fade(int row);
  /// Shows that a line is the one that keys are about; trouble stays to be seen.
  void mark_chosen(int row);

  [[nodiscard]] const cell& at(int row, int column) const;
  /// A line without the spaces at its end.
  [[nodiscard]] std::string line(int row) const;
  [[nodiscard]] std::string text() const;

 private:
  [[nodiscard]] bool holds(int row, int column) const;
  [[nodiscard]] cell& cell_at(int row, int column);
  [[nodiscard]] std::size_t index_of(int row, int column) const;

  screen_size size_;
  std::vector<cell> cells_;
};

}  // namespace troupe::inspecting::terminal
