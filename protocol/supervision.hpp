#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "protocol/atoms.hpp"
#include "protocol/clock.hpp"

/// What a supervisor understands and tells. Nothing here is about sound.
namespace troupe {

/// Where a child is in its life.
enum class child_phase : std::uint8_t {
  waiting,   ///< for its start
  starting,  ///< made; it has not answered yet
  up,
  stopping,  ///< asked to end
  killed,    ///< told to end at once
  over,      ///< it will not come back by itself
};

/// What befell one child of a supervisor, or all its children where they are alike.
struct child_status {
  std::string name;
  child_phase phase = child_phase::waiting;  ///< of a child that is like no other
  steady_time since = {};                    ///< it is so
  std::uint64_t running = 0;  ///< 1 or 0 for a child, any number of those who are alike
  std::uint64_t failures = 0;
  std::uint64_t restarts = 0;
  std::uint64_t times_stuck = 0;
  std::string last_failure = {};
  std::string stuck_in = {};  ///< the message that it hangs on now; empty if it does not
};

/// One restart that was made.
struct restart_event {
  unix_time when;  ///< it was up again
  std::string child;
  std::string why;                ///< what ended the one before
  std::chrono::nanoseconds took;  ///< from the failure until it was up again
};

/// What a supervisor tells of its children, in the order of their start.
struct supervision_report {
  std::vector<child_status> children;
  std::vector<restart_event> history;  ///< the latest ones
  bool started = false;                ///< all children have been up at once
  std::string gave_up;                 ///< why the supervisor did; empty if it did not
  steady_time looked_at;  ///< when it last looked after its children; max: it has ended
};

/// Makes a child, on demand, that is like the others of its supervisor.
struct child_maker {
  std::string name;  ///< in the log; empty: that of all
  std::function<caf::strong_actor_ptr(caf::actor_system&)> make;
};

/// Starts its children in order, restarts what fails and stops them in reverse.
using supervisor_actor = caf::typed_actor<
    caf::reacts_to<tick_atom>,     // time to look whether a child is stuck
    caf::reacts_to<restart_atom>,  // a child may be due
    caf::replies_to<start_atom, child_maker>::with<caf::strong_actor_ptr>,  // where all are alike
    caf::reacts_to<stop_atom>, caf::replies_to<report_atom>::with<supervision_report>>;

}  // namespace troupe

// These stay in their process: functions and points on this machine's monotonic clock mean nothing
// elsewhere.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::child_maker)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::supervision_report)
