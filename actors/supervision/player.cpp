#include "actors/supervision/player.hpp"

#include <caf/detail/sync_request_bouncer.hpp>

#include "actors/supervision/fault.hpp"
#include "actors/supervision/role.hpp"

namespace troupe::supervision {

bool supervised::is_call(const caf::mailbox_element& message) {
  return message.content().match_elements<role::call>();
}

caf::mailbox_element_ptr supervised::take(const caf::mailbox_element& call,
                                          const caf::abstract_actor* self) {
  return role_of(call.sender).take(self);
}

void supervised::ask_for_call(const caf::mailbox_element& call, const caf::abstract_actor* self) {
  role_of(call.sender).call_again(self);
}

bool supervised::suffer(const caf::mailbox_element& message) {
  const auto& content = message.content();
  if (!content.match_elements<injected_fault>()) return false;
  content.get_as<injected_fault>(0).strike();
  return true;
}

void supervised::refuse(const caf::mailbox_element& message) {
  static const caf::detail::sync_request_bouncer bounce{
      caf::make_error(caf::sec::request_receiver_down)};
  if (!message.mid.is_answered()) bounce(message);
}

supervised* as_supervised(const caf::strong_actor_ptr& actor) {
  return dynamic_cast<supervised*>(caf::actor_cast<caf::abstract_actor*>(actor));
}

}  // namespace troupe::supervision
