#pragma once

#include <chrono>
#include <optional>

#include "actors/network/clock_estimator.hpp"
#include "protocol/clock.hpp"

namespace troupe::network {

/// Another machine's clock, followed so slowly that nobody hears it.
class followed_clock {
 public:
  clock_estimator::verdict add(const clock_estimator::answer& answer) {
    return estimator_.add(answer);
  }
  /// Nothing before the first answer.
  [[nodiscard]] std::optional<clock_estimator::estimate> estimate(steady_time now) const {
    return estimator_.at(now);
  }

  /// How far it is to be taken to be ahead, for a frame. Within its error that stays as it is, so
  /// that capture times are a frame apart.
  [[nodiscard]] std::chrono::nanoseconds offset_for(std::chrono::nanoseconds frame_duration,
                                                    steady_time now);
  /// Of times that `offset_for` gives, at most.
  [[nodiscard]] std::chrono::nanoseconds error(const clock_estimator::estimate& estimate) const;

 private:
  clock_estimator estimator_;
  std::optional<std::chrono::nanoseconds> offset_;  ///< in use
};

}  // namespace troupe::network
