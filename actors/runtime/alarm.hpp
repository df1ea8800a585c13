#pragma once

#include "protocol/clock.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::runtime {

/// A timer of the kernel: its descriptor can be read once its time has come.
class alarm {
 public:
  alarm();

  /// In the place of the time set before. One that is past rings at once.
  void set(steady_time when);
  /// Blocks until it rings; of several who wait, one hears it.
  void await() const;

  [[nodiscard]] int descriptor() const { return timer_.get(); }

 private:
  troupe::descriptor timer_;
};

}  // namespace troupe::runtime
