#pragma once

#include <caf/abstract_actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/fwd.hpp>

namespace troupe {

/// An actor that can be told without a message that there is something to do, which it then finds
/// for itself. That is how frames are announced: a message takes CAF some 1,500 instructions from
/// its sender to the handler, in cache lines that are cold after a pause.
class wakeable {
 public:
  wakeable() = default;
  wakeable(const wakeable&) = delete;
  wakeable& operator=(const wakeable&) = delete;
  virtual ~wakeable() = default;

  /// Has the actor look, once however often it is told before it does, and ahead of its messages.
  /// From any thread; `host` is the caller's, if it is one of the scheduler's.
  virtual void wake(caf::execution_unit* host) = 0;
};

/// The actor behind a handle. Throws std::bad_cast for one that cannot be woken up.
template <class Handle>
[[nodiscard]] wakeable& wakeable_behind(const Handle& actor) {
  return dynamic_cast<wakeable&>(*caf::actor_cast<caf::abstract_actor*>(actor));
}

}  // namespace troupe
