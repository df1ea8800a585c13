#include "apps/common/number_option.hpp"

#include <charconv>
#include <system_error>

#include <fmt/format.h>

namespace troupe {

std::int64_t parse_whole_number(const std::string& option, const std::string& text,
                                std::int64_t least, std::int64_t most) {
  std::int64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value < least || value > most)
    throw CLI::ValidationError{
        option, fmt::format("{} is no whole number from {} to {}", text, least, most)};
  return value;
}

}  // namespace troupe
