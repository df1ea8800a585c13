#include "actors/network/printable.hpp"

#include <algorithm>

namespace troupe::network {

std::string printable(std::string_view said, std::size_t at_most) {
  std::string result{said.substr(0, at_most)};
  std::ranges::replace_if(
      result, [](char c) { return c < ' ' || c > '~'; }, '?');
  return result;
}

}  // namespace troupe::network
