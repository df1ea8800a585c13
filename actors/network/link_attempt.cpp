#include "actors/network/link_attempt.hpp"

#include <utility>

namespace troupe::network {

link_attempt::link_attempt(player* self, const link_settings& settings,
                           const link_receiver_colleagues& colleagues, link_candidate& whom,
                           outcomes its_outcomes)
    : self_(self),
      settings_(settings),
      colleagues_(colleagues),
      whom_(whom),
      outcomes_(std::move(its_outcomes)),
      call_(self, *colleagues.poller, greetings_by(self, colleagues.broker),
            {.to = whom.address,
             .tls = settings.tls,
             .step_limit = settings.connect_timeout,
             .resolve_host = settings.resolve_host,
             .is_known = whom.was_linked},
            whom.lookup,
            {.greeted = [this](const auto& door, const auto& interface) { ask(door, interface); },
             .failed = [this](const std::string& why) { fail(why); }}) {}

void link_attempt::ask(const caf::strong_actor_ptr& whom, const std::set<std::string>& interface) {
  const auto needed = self_->system().message_types(caf::detail::type_list<link_door_actor>{});
  if (!whom || !self_->system().assignable(interface, needed))
    return fail(
        "it gives no stream, is a node of another version, or has the process number of this one "
        "in another container: CAF takes that for this node");
  const link_request request{.subscriber = colleagues_.position->identity(),
                             .name = colleagues_.position->name()};
  self_
      ->request(caf::actor_cast<link_door_actor>(whom), settings_.connect_timeout, request,
                link_receiver_actor{self_})
      .then(call_.if_still_awaited<link_offer, link_sender_actor>(
                [this](const link_offer& offer, const link_sender_actor& sender) {
                  const auto tell = outcomes_.taken_in;
                  tell(offer, sender);
                }),
            call_.if_still_awaited<caf::error>(
                [this](const caf::error& error) { fail(words_for(error, self_->system())); }));
}

void link_attempt::give_up_step() {
  if (call_.is_answered())
    return fail("it is a node, but does not answer whether it gives its stream");
  call_.give_up_step();
}

/// Whoever is told may destroy this.
void link_attempt::fail(const std::string& why) {
  const auto tell = outcomes_.failed;
  tell(std::string{why});
}

}  // namespace troupe::network
