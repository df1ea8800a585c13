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
  /// Whether it has rung since it was last set; one caller is told so. Does not block.
  [[nodiscard]] bool take() const;

  [[nodiscard]] int descriptor() const { return timer_.get(); }

 private:
  troupe::descriptor timer_;
};

}  // namespace troupe::runtime
