#pragma once

#include <cstddef>

#include "actors/runtime/alarm.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::runtime {

/// What the reactor's followers wait for.
class follower_call {
 public:
  follower_call();

  /// Each call is heard by one follower; nothing takes one back.
  void call(std::size_t followers = 1);
  /// One follower is to look after the leader at `when`, in the place of the time named before.
  void call_at(steady_time when) { guard_.set(when); }

  /// Blocks until called.
  void await() const;

 private:
  alarm guard_;
  descriptor calls_;
};

}  // namespace troupe::runtime
