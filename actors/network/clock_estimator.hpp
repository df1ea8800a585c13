#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "protocol/clock.hpp"

namespace troupe::network {

/// How far another machine's clock is ahead of ours, found out by questions and answers as in NTP.
///
/// Each answer bounds the offset for certain: it was given after the question had left, and before
/// it was here. The bounds of all answers hold at once, each widened by what the clocks may have
/// drifted apart since. So the shortest round trips decide, one that was held up in one direction
/// misleads nobody, and how wrong the estimate may be is known. Of two answers far apart follows
/// between what bounds the drift lies, in the same manner. For some tenths of a second after the
/// drift has changed at once, as where NTP begins to slew a clock, the bound may not hold.
class clock_estimator {
 public:
  /// A quartz is off by 100 ppm at most; a clock that NTP sets right slews by up to 500 ppm.
  static constexpr double largest_drift = 600e-6;

  struct answer {
    unix_time asked;       ///< by our clock
    unix_time came;        ///< the question, by the other clock
    unix_time answered;    ///< by the other clock
    unix_time heard;       ///< by our clock
    steady_time heard_at;  ///< the same
  };
  struct estimate {
    std::chrono::nanoseconds offset{};  ///< of the other clock, less ours
    std::chrono::nanoseconds error{};   ///< at most
    double drift = 0;                   ///< seconds that it gains on ours in a second
  };

  enum class verdict : std::uint8_t {
    agrees,
    contradicts,  ///< those before, since a clock was set: all begins anew with this one
    impossible,   ///< in itself; it is passed over
  };

  verdict add(const answer& added);

  /// Nothing before the first answer.
  [[nodiscard]] std::optional<estimate> at(steady_time now) const;

 private:
  /// Between what the offset lies at a time, or the drift; in seconds.
  struct bounds {
    double low = 0;
    double high = 0;
    [[nodiscard]] bool contain_nothing() const { return low > high; }
  };
  struct reading {
    steady_time at;
    bounds offset;
  };

  static bounds common(const bounds& left, const bounds& right);
  [[nodiscard]] bounds offset_at(steady_time now) const;
  [[nodiscard]] bounds drift_since(const reading& earlier, const reading& later) const;
  void begin(const reading& first);
  void keep(const reading& latest);

  std::optional<reading> latest_;  ///< what all answers say together
  bounds drift_;
  std::deque<reading> earlier_;  ///< to compare with
};

}  // namespace troupe::network
