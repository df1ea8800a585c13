#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "actors/supervision/child_specification.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::supervision {

/// One child as its supervisor sees it.
struct supervised_child {
  explicit supervised_child(child_specification its_specification)
      : specification(std::move(its_specification)), history(specification.restarts) {}

  child_specification specification;
  restart_history history;
  caf::strong_actor_ptr actor;  ///< null while it waits for a restart
  std::uint64_t restarts = 0;
  std::string last_failure;
};

struct supervisor_state {
  static inline const char* name = "supervisor";

  explicit supervisor_state(supervisor_actor::pointer its_self) : self(its_self) {}

  void start_all(std::vector<child_specification> specifications);
  void start(supervised_child& child);
  void restart(std::size_t index);
  void child_ended(const caf::down_msg& news);
  void child_failed(std::size_t index, const std::string& why);
  void stop();
  void stop_next();
  [[nodiscard]] std::vector<child_status> report() const;

  supervisor_actor::pointer self;
  /// A deque: children do not move while handlers refer to them.
  std::deque<supervised_child> children;
  bool stopping = false;
  /// What the supervisor itself is to end with.
  caf::error reason;
};

/// Starts `children` in order and brings back each that ends for whatever reason (one_for_one). One
/// that fails more often than its policy allows ends the supervisor: it stops the others in reverse
/// order and fails with sec::runtime_error and a text that says which child, why and how often.
/// `stop` ends the children in reverse order, then the supervisor, normally.
supervisor_actor::behavior_type supervisor(
    supervisor_actor::stateful_pointer<supervisor_state> self,
    std::vector<child_specification> children);

}  // namespace troupe::supervision
