#include "protocol/random_number.hpp"

#include <random>

namespace troupe {

std::uint64_t random_number() {
  std::random_device source;
  return (std::uint64_t{source()} << 32U) | source();
}

}  // namespace troupe
