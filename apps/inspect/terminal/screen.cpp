#include "apps/inspect/terminal/screen.hpp"

#include <cstddef>

#include "apps/inspect/text/text_width.hpp"

namespace troupe::inspecting::terminal {
namespace {

style chosen(style look) {
  if (look == style::alarm) return style::alarm_on_bar;
  if (look == style::warning) return style::warning_on_bar;
  return style::chosen;
}

style faded(style look) {
  const bool is_chosen =
      look == style::chosen || look == style::alarm_on_bar || look == style::warning_on_bar;
  return is_chosen ? style::chosen : style::label;
}

}  // namespace

screen::screen(screen_size size)
    : size_(size),
      cells_(static_cast<std::size_t>(size.rows) * static_cast<std::size_t>(size.columns)) {}

int screen::put(int row, int column, std::string_view text, style look) {
  for (const char32_t glyph : code_points(text)) {
    if (holds(row, column)) cell_at(row, column) = {glyph, look};
    ++column;
  }
  return column;
}

int screen::put(int row, int column, const styled_line& line, int width) {
  const int end = column + width;
  for (const auto& piece : line) {
    if (column >= end) break;
    column = put(row, column, shortened(piece.text, end - column), piece.look);
  }
  return column;
}

int screen::put_right(int row, int end, const styled_line& line) {
  int begin = end;
  for (const auto& piece : line) begin -= width_of(piece.text);
  int column = begin;
  for (const auto& piece : line) column = put(row, column, piece.text, piece.look);
  return begin;
}

void screen::clear(int row) {
  for (int column = 0; column < size_.columns; ++column)
    if (holds(row, column)) cell_at(row, column) = {};
}

void screen::paint(int row, style look) {
  for (int column = 0; column < size_.columns; ++column)
    if (holds(row, column)) cell_at(row, column).look = look;
}

void screen::fade(int row) {
  for (int column = 0; column < size_.columns; ++column)
    if (holds(row, column)) cell_at(row, column).look = faded(at(row, column).look);
}

void screen::mark_chosen(int row) {
  for (int column = 0; column < size_.columns; ++column)
    if (holds(row, column)) cell_at(row, column).look = chosen(at(row, column).look);
}

const cell& screen::at(int row, int column) const { return cells_.at(index_of(row, column)); }

cell& screen::cell_at(int row, int column) { return cells_.at(index_of(row, column)); }

std::size_t screen::index_of(int row, int column) const {
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(size_.columns) +
         static_cast<std::size_t>(column);
}

std::string screen::line(int row) const {
  std::string result;
  for (int column = 0; column < size_.columns; ++column) append_utf8(result, at(row, column).glyph);
  result.erase(result.find_last_not_of(' ') + 1);
  return result;
}

std::string screen::text() const {
  std::string result;
  for (int row = 0; row < size_.rows; ++row) result += line(row) + "\n";
  return result;
}

bool screen::holds(int row, int column) const {
  return row >= 0 && row < size_.rows && column >= 0 && column < size_.columns;
}

}  // namespace troupe::inspecting::terminal
