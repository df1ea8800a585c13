#include "apps/inspect/text/text_width.hpp"

#include <algorithm>
#include <cstddef>

namespace troupe::inspecting {
namespace {

constexpr char32_t no_character = U'\uFFFD';

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80; }

/// How many bytes a code point has that begins with `first`; 0 where none begins so.
std::size_t length_from(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  if (first >= 0xF0 && first < 0xF5) return 4;
  return 0;
}

/// Takes the first code point off a text that is not empty.
char32_t take_code_point(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const auto length = length_from(first);
  const bool is_whole = length > 0 && length <= text.size() &&
                        std::ranges::all_of(text.substr(1, length - 1), is_continuation);
  if (!is_whole) {
    text.remove_prefix(1);
    return no_character;
  }
  char32_t result = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (const char byte : text.substr(1, length - 1))
    result = result << 6U | (static_cast<unsigned char>(byte) & 0x3FU);
  text.remove_prefix(length);
  return result;
}

}  // namespace

std::u32string code_points(std::string_view text) {
  std::u32string result;
  result.reserve(text.size());
  while (!text.empty()) result += take_code_point(text);
  return result;
}

void append_utf8(std::string& text, char32_t code_point) {
  const auto add = [&text](char32_t byte) { text += static_cast<char>(byte); };
  const auto add_six_bits = [&](unsigned shift) { add(0x80U | (code_point >> shift & 0x3FU)); };
  if (code_point < 0x80) {
    add(code_point);
  } else if (code_point < 0x800) {
    add(0xC0U | code_point >> 6U);
    add_six_bits(0);
  } else if (code_point < 0x10000) {
    add(0xE0U | code_point >> 12U);
    add_six_bits(6);
    add_six_bits(0);
  } else {
    add(0xF0U | code_point >> 18U);
    add_six_bits(12);
    add_six_bits(6);
    add_six_bits(0);
  }
}

int width_of(std::string_view text) {
  int result = 0;
  for (; !text.empty(); ++result) take_code_point(text);
  return result;
}

std::string shortened(std::string_view text, int width) {
  if (width <= 0) return {};
  if (width_of(text) <= width) return std::string{text};
  std::string result;
  for (const char32_t each : code_points(text).substr(0, static_cast<std::size_t>(width - 1)))
    append_utf8(result, each);
  return result + "…";
}

std::vector<std::string> wrapped(std::string_view text, int width) {
  std::vector<std::string> lines;
  auto rest = code_points(text);
  const auto most = static_cast<std::size_t>(std::max(width, 1));
  while (!rest.empty()) {
    auto length = std::min(rest.size(), most);
    if (length < rest.size()) {
      const auto space = rest.find_last_of(U' ', length);
      if (space != std::u32string::npos && space > 0) length = space;
    }
    std::string line;
    for (const char32_t each : rest.substr(0, length)) append_utf8(line, each);
    lines.push_back(line);
    rest.erase(0, std::min(rest.find_first_not_of(U' ', length), rest.size()));
  }
  return lines;
}

}  // namespace troupe::inspecting
