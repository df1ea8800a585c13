#include "actors/supervision/player.hpp"

#include <thread>

#include <caf/actor_proxy.hpp>
#include <caf/detail/sync_request_bouncer.hpp>

#include "actors/probe/probe_board.hpp"
#include "actors/supervision/fault.hpp"
#include "actors/supervision/role.hpp"

namespace troupe::supervision {

supervised::supervised(caf::actor_system& system, caf::actor_id self)
    : actor_(self), probe_(std::make_shared<probe::actor_probe>(runtime::probes_of(system))) {
  if (probe_->is_timing()) probe_->board().add(actor_, probe_);
}

supervised::~supervised() {
  if (probe_->is_timing()) probe_->board().remove(actor_);
}

void supervised::be_known_as(std::string_view kind) {
  if (probe_->is_timing()) probe_->set_kind(probe_->board().kind_of(kind));
}

void supervised::be_known_usually_as(std::string_view kind) {
  if (probe_->is_timing()) probe_->set_usual_kind(probe_->board().kind_of(kind));
}

bool supervised::is_call(const caf::mailbox_element& message) {
  return message.content().match_elements<role::call>();
}

waiting_message supervised::take(const caf::mailbox_element& call,
                                 const caf::abstract_actor* self) {
  return role_of(call.sender).take(self);
}

void supervised::ask_for_call(const caf::mailbox_element& call, const caf::abstract_actor* self) {
  role_of(call.sender).call_again(self);
}

probe::actor_kind supervised::kind_of_sender(const caf::mailbox_element& message,
                                             const caf::abstract_actor* self) {
  if (!message.sender) return probe::actor_kind::nobody;
  const auto* const sender = caf::actor_cast<caf::abstract_actor*>(message.sender);
  if (sender == self) return probe::actor_kind::nobody;
  if (const auto* const player = dynamic_cast<const supervised*>(sender))
    return player->probe_->kind();
  const bool is_elsewhere = dynamic_cast<const caf::actor_proxy*>(sender) != nullptr;
  return is_elsewhere ? probe::actor_kind::other_node : probe::actor_kind::node;
}

bool supervised::suffer(const caf::mailbox_element& message) {
  const auto& content = message.content();
  if (!content.match_elements<injected_fault>()) return false;
  const auto& fault = content.get_as<injected_fault>(0);
  if (fault.what == injected_fault::kind::slowness)
    slowness_.store(fault.duration, std::memory_order_relaxed);
  else
    fault.strike();
  return true;
}

void supervised::be_slow() const {
  if (const auto time = slowness_.load(std::memory_order_relaxed); time.count() > 0)
    std::this_thread::sleep_for(time);
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
