#pragma once

#include <chrono>
#include <stop_token>
#include <thread>
#include <vector>

#include "tests/chaos/fault.hpp"

namespace troupe::chaos {

/// A time in which this machine did not let a thread run that had nothing to do but to wake up.
struct stall {
  steady_time from;  ///< it was to wake up
  steady_time to;    ///< it did
};

/// Notices when the machine stands still, or is too busy for everybody: then frames may be missed
/// for which the node is not to blame.
class stall_watch {
 public:
  static constexpr std::chrono::milliseconds period{5};
  /// Waking up so late is not noted.
  static constexpr std::chrono::milliseconds usual_lateness{10};

  stall_watch();

  /// Ends the watch.
  [[nodiscard]] std::vector<stall> take_stalls();

 private:
  void watch(const std::stop_token& over);

  std::vector<stall> stalls_;
  std::jthread thread_;
};

}  // namespace troupe::chaos
