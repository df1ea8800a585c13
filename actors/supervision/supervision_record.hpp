#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "actors/probe/actor_probe.hpp"
#include "actors/supervision/child_specification.hpp"
#include "protocol/supervision.hpp"

namespace troupe::supervision {

/// Numbers the children of a supervisor in the order of their first start, from 0.
enum class child_number : std::uint64_t {};

[[nodiscard]] constexpr std::uint64_t to_number(child_number child) {
  return static_cast<std::uint64_t>(child);
}

/// One child as its supervisor sees it.
struct supervised_child {
  explicit supervised_child(child_specification its_specification)
      : specification(std::move(its_specification)), delays(specification.backoff) {}

  [[nodiscard]] bool is_alive() const { return actor != nullptr; }

  child_specification specification;
  backoff delays;
  caf::strong_actor_ptr actor;  ///< null while there is none
  child_phase now = child_phase::waiting;
  bool doomed = false;         ///< to be stopped, though it has not failed
  bool after_earlier = false;  ///< to be started when all before it are up
  steady_time due;             ///< it may be started
  steady_time deadline;        ///< to have answered, or ended, as its phase says
  steady_time up_since;
  std::optional<steady_time> failed_at;  ///< until it is up again
  std::string why;                       ///< it failed the last time
  std::shared_ptr<const probe::actor_probe> probe;
  probe::turn_record::number last_turn = 0;  ///< seen
  steady_time turn_seen_at;                  ///< for the first time
  std::string stuck_in;                      ///< the message that it hangs on; empty if it does not
};

/// What a supervisor's restart keeps: a supervisor that is made anew finds its children here and
/// goes on with them. And what it tells of them, to any thread, at any time.
class supervision_record {
 public:
  /// The restarts that are remembered one by one, the latest; all of them are counted.
  static constexpr std::size_t history_limit = 256;

  [[nodiscard]] supervision_report report() const;
  /// When the supervisor last looked after its children; max: it has ended.
  [[nodiscard]] steady_time looked_at() const;
  /// Whether no child is stuck, and the supervisor, while there is one, has looked after them
  /// within `patience` of `now`. Whoever waits for a restart is looked after.
  [[nodiscard]] bool is_healthy(steady_time now, std::chrono::nanoseconds patience) const;

  /// Has `change` write to the report.
  template <class Change>
  void tell(Change&& change) {
    const std::lock_guard lock{mutex_};
    change(report_);
  }
  void add_to_history(restart_event event);

  // For the supervisor alone, one at a time.
  std::map<child_number, supervised_child> children;
  std::unordered_map<caf::actor_id, child_number> numbers;  ///< of those who live
  std::uint64_t children_made = 0;                          ///< the next child's number

 private:
  mutable std::mutex mutex_;
  supervision_report report_;
};

}  // namespace troupe::supervision
