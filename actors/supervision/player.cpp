#include "actors/supervision/player.hpp"

#include <caf/system_messages.hpp>

#include "actors/supervision/fault.hpp"
#include "actors/supervision/role.hpp"

namespace troupe::supervision {

bool supervised::take_role(caf::strong_actor_ptr address) {
  const std::lock_guard lock{mutex_};
  if (ended_) return false;
  role_ = std::move(address);
  return true;
}

void supervised::give_back(const caf::abstract_actor* self,
                           const std::function<messages()>& empty_mailbox) {
  caf::strong_actor_ptr address;
  {
    const std::lock_guard lock{mutex_};
    ended_ = true;
    address = std::exchange(role_, nullptr);
  }
  if (address) role_of(address).leave(self, empty_mailbox);
}

bool supervised::is_for_role(const caf::mailbox_element& message, const caf::abstract_actor* self) {
  if (message.sender && caf::actor_cast<caf::abstract_actor*>(message.sender) == self) return false;
  if (message.mid.is_response()) return false;
  const auto& content = message.content();
  return !content.match_elements<caf::exit_msg>() && !content.match_elements<caf::down_msg>() &&
         !content.match_elements<caf::timeout_msg>() && !content.match_elements<injected_fault>() &&
         !content.match_elements<caf::sys_atom, caf::get_atom, std::string>();
}

bool supervised::suffer(const caf::mailbox_element& message) {
  const auto& content = message.content();
  if (!content.match_elements<injected_fault>()) return false;
  content.get_as<injected_fault>(0).strike();
  return true;
}

supervised* as_supervised(const caf::strong_actor_ptr& actor) {
  return dynamic_cast<supervised*>(caf::actor_cast<caf::abstract_actor*>(actor));
}

}  // namespace troupe::supervision
