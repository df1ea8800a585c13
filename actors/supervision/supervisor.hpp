#pragma once

#include <cstddef>
#include <deque>
#include <memory>
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
  caf::strong_actor_ptr actor;       ///< null while it waits for a restart
  std::size_t messages_dropped = 0;  ///< by its role, as last told in the log
};

/// What befell each child, in the order of their start. Outlives the supervisor, which alone
/// touches it while it lives.
using supervision_record = std::vector<child_status>;

struct supervisor_state {
  static inline const char* name = "supervisor";

  explicit supervisor_state(supervisor_actor::pointer its_self) : self(its_self) {}

  void start_all(std::vector<child_specification> specifications,
                 std::shared_ptr<supervision_record> its_record);
  void start(supervised_child& child);
  void restart(std::size_t index);
  void child_ended(const caf::down_msg& news);
  void child_failed(std::size_t index, const std::string& why);
  void stop();
  void stop_next();

  supervisor_actor::pointer self;
  /// A deque: children do not move while handlers refer to them.
  std::deque<supervised_child> children;
  std::shared_ptr<supervision_record> record;
  bool stopping = false;
  /// What the supervisor itself is to end with.
  caf::error reason;
};

/// Starts `children` in order and brings back each that ends for whatever reason (one_for_one). One
/// that fails more often than its policy allows ends the supervisor: it stops the others in reverse
/// order and fails with sec::runtime_error and a text that says which child, why and how often.
/// `record` is begun anew.
/// `stop` ends the children in reverse order, then the supervisor, normally.
supervisor_actor::behavior_type supervisor(
    supervisor_actor::stateful_pointer<supervisor_state> self,
    std::vector<child_specification> children, std::shared_ptr<supervision_record> record);

}  // namespace troupe::supervision
