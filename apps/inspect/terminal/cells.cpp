#include "apps/inspect/terminal/cells.hpp"

#include "apps/inspect/text/printable.hpp"
#include "apps/inspect/text/short_numbers.hpp"

namespace troupe::inspecting::terminal {
namespace {

styled_line number_cell(std::string text, bool is_nothing, style look) {
  return line_of(std::move(text), is_nothing && look == style::plain ? style::label : look);
}

}  // namespace

styled_line time_cell(std::chrono::nanoseconds time, style look) {
  const bool is_nothing = time <= std::chrono::nanoseconds{0};
  return number_cell(is_nothing ? "–" : short_time(time), is_nothing, look);
}

styled_line count_cell(double count, style look) {
  return number_cell(short_count(count), count == 0, look);
}

styled_line rate_cell(double per_second, style look) {
  return number_cell(short_rate(per_second), per_second == 0, look);
}

styled_line bytes_cell(double bytes, style look) {
  return number_cell(short_bytes(bytes), bytes == 0, look);
}

styled_line text_cell(const std::string& said, style look) {
  return line_of(printable(said), look);
}

}  // namespace troupe::inspecting::terminal
