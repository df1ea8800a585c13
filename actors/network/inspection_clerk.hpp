#pragma once

#include <string>

#include <caf/stateful_actor.hpp>

#include "protocol/inspection_desk.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::network {

/// Of one inspector.
struct inspection_clerk_state {
  static inline const char* name = "inspection_clerk";

  [[nodiscard]] caf::result<inspection_answer> ask(const inspection_question& question);
  [[nodiscard]] caf::result<inspection_answer> go_on(const inspection_continuation& where);
  [[nodiscard]] inspection_answer part(std::size_t from);

  inspection_desk* desk = nullptr;
  asker inspector;
  std::string answer;  ///< as long as parts of it are to follow
};

/// Asks the desk on behalf of one inspector, and holds the answer until that has taken it. To be
/// spawned detached: an answer may take its time, and is nobody else's concern. Ends with `door`.
inspected_actor::behavior_type inspection_clerk(
    inspected_actor::stateful_pointer<inspection_clerk_state> self, inspection_desk* desk,
    asker inspector, const caf::actor_addr& door);

}  // namespace troupe::network
