#include "apps/inspect/text/printable.hpp"

#include <algorithm>
#include <array>

#include "apps/inspect/text/text_width.hpp"

namespace troupe::inspecting {
namespace {

/// Code points from the first to the last.
struct block {
  char32_t first;
  char32_t last;
};

/// Where each code point has a shape that is one cell wide. It is a list of what is known to be
/// harmless, since what a C library knows of widths depends on the user's locale.
constexpr std::array harmless{
    block{0x20, 0x7E},     block{0xA1, 0xAC},     block{0xAE, 0x2FF},     // Latin, phonetic signs
    block{0x370, 0x377},   block{0x37A, 0x37F},   block{0x384, 0x38A},    // Greek
    block{0x38C, 0x38C},   block{0x38E, 0x3A1},   block{0x3A3, 0x482},    // and Cyrillic
    block{0x48A, 0x52F},   block{0x1E00, 0x1EFF},                         // more Latin
    block{0x2010, 0x2027}, block{0x2030, 0x205E},                         // dashes, quotes, dots
    block{0x20A0, 0x20BF}, block{0x2190, 0x21FF}, block{0x2200, 0x22FF},  // money, arrows, sums
    block{0x2500, 0x259F},                                                // lines and blocks
};

bool is_harmless(char32_t code_point) {
  return std::ranges::any_of(harmless, [code_point](const block& each) {
    return code_point >= each.first && code_point <= each.last;
  });
}

/// Those of ASCII, and those that came after it.
bool is_control(char32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0);
}

}  // namespace

std::string printable(std::string_view said) {
  std::string result;
  result.reserve(said.size());
  for (const char32_t each : code_points(said))
    append_utf8(result, is_harmless(each) ? each : U'?');
  return result;
}

std::string without_controls(std::string_view said) {
  std::string result;
  result.reserve(said.size());
  for (const char32_t each : code_points(said)) append_utf8(result, is_control(each) ? U' ' : each);
  return result;
}

}  // namespace troupe::inspecting
