#include "apps/listen/connect_backoff.hpp"

#include <algorithm>

namespace troupe::listening {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_delay{50};
constexpr milliseconds longest_delay{5000};
constexpr unsigned tries_per_doubling = 3;
/// More would pass the longest delay by far.
constexpr unsigned most_doublings = 10;

}  // namespace

milliseconds delay_after(unsigned failed_tries) {
  const auto doublings = std::min((failed_tries - 1) / tries_per_doubling, most_doublings);
  return std::min(first_delay * (1U << doublings), longest_delay);
}

milliseconds with_jitter(milliseconds delay, std::minstd_rand& randomness) {
  std::uniform_int_distribution<milliseconds::rep> distribution{delay.count() / 2,
                                                                delay.count() * 3 / 2};
  return std::min(milliseconds{distribution(randomness)}, longest_delay);
}

}  // namespace troupe::listening
