#include "tests/chaos/fault_generator.hpp"

namespace troupe::chaos {

fault_generator::fault_generator(std::uint64_t seed, std::size_t listeners)
    : chance_(seed),
      listener_(0, listeners - 1),
      delay_us_(0, std::chrono::microseconds{frame_duration}.count()) {}

/// Everything is drawn each time, so that what one fault does not need does not change the next.
fault fault_generator::next() {
  fault result;
  result.target = fault_targets[target_(chance_)];
  result.kind = fault_kinds[kind_(chance_)];
  result.hang_duration = std::chrono::milliseconds{hang_ms_(chance_)};
  result.listener = listener_(chance_);
  result.delay = std::chrono::microseconds{delay_us_(chance_)};
  return result;
}

}  // namespace troupe::chaos
