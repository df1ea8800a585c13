#include "apps/inspect/terminal/glyphs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>

#include "apps/inspect/text/text_width.hpp"

namespace troupe::inspecting::terminal {
namespace {

constexpr long steps = 8;
/// Filled from the left, by so many eighths.
constexpr std::u32string_view from_left = U" ▏▎▍▌▋▊▉█";
/// Filled from below.
constexpr std::u32string_view from_below = U" ▁▂▃▄▅▆▇█";

struct substitute {
  std::u32string_view glyphs;
  char ascii;
};

constexpr std::array substitutes{
    substitute{U"▌▋▊▉█", '|'}, substitute{U"▏▎▍", ' '}, substitute{U"▁▂", '_'},
    substitute{U"▃▄", '-'},    substitute{U"▅▆▇", '='}, substitute{U"│", '|'},
    substitute{U"─", '-'},     substitute{U"├", '|'},   substitute{U"└", '`'},
    substitute{U"…", '~'},     substitute{U"·–", '-'},  substitute{U"µ", 'u'},
    substitute{U"±", '~'},     substitute{U"×", 'x'},   substitute{U"▲↑", '^'},
    substitute{U"▼↓", 'v'},    substitute{U"→▸", '>'},  substitute{U"←", '<'},
    substitute{U"✓●", '*'},
};

}  // namespace

std::string share_bar(double share, int width) {
  const auto eighths =
      std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(width * steps));
  std::string result;
  for (long cell = 0; cell < width; ++cell) {
    const auto filled = std::clamp(eighths - cell * steps, 0L, steps);
    append_utf8(result, from_left[static_cast<std::size_t>(filled)]);
  }
  return result;
}

std::vector<std::string> column_graph(std::span<const double> values, double top, int width,
                                      int rows) {
  const auto shown = values.last(std::min(values.size(), static_cast<std::size_t>(width)));
  const auto padding = static_cast<std::size_t>(width) - shown.size();
  std::vector<std::string> lines(static_cast<std::size_t>(rows), std::string(padding, ' '));
  for (const double value : shown) {
    const auto eighths =
        top > 0 ? std::lround(std::clamp(value / top, 0.0, 1.0) * static_cast<double>(rows * steps))
                : 0;
    for (long row = 0; row < rows; ++row) {
      // What is there but rounds to nothing is seen all the same.
      const bool is_trace = row == 0 && value > 0;
      const auto filled = std::clamp(eighths - row * steps, is_trace ? 1L : 0L, steps);
      append_utf8(lines[static_cast<std::size_t>(rows - 1 - row)],
                  from_below[static_cast<std::size_t>(filled)]);
    }
  }
  return lines;
}

char ascii_for(char32_t glyph) {
  if (glyph < 0x80) return static_cast<char>(glyph);
  const auto found = std::ranges::find_if(substitutes, [glyph](const substitute& each) {
    return each.glyphs.find(glyph) != std::u32string_view::npos;
  });
  return found == substitutes.end() ? '?' : found->ascii;
}

}  // namespace troupe::inspecting::terminal
