#include "actors/network/inspection_door.hpp"

#include <algorithm>
#include <utility>

#include <caf/send.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "actors/network/inspection_clerk.hpp"
#include "actors/network/printable.hpp"
#include "actors/network/refusal_log.hpp"

namespace troupe::network {
namespace {

constexpr std::size_t longest_name = 100;
constexpr const char* may_only_look =
    "this node may only be looked at over the network; ask at its control socket, or start it "
    "with --remote-inspection steer";
constexpr const char* has_no_certificate =
    "only who shows a certificate may steer a node over the network; ask at its control socket, or "
    "give both --tls-cert, --tls-key and --tls-ca";

std::uint64_t beginning(const inspection_question&) { return 0; }
std::uint64_t beginning(const inspection_continuation& where) { return where.from; }

}  // namespace

inspection_door_state::~inspection_door_state() {
  for (const auto& [whom, inspector] : inspectors) settings.desk->left(inspector.who);
}

void inspection_door_state::open(inspection_door_settings its_settings) {
  settings = std::move(its_settings);
  self->set_down_handler([this](const caf::down_msg& news) { forget(news.source); });
}

// -- who may ask --------------------------------------------------------------

std::string inspection_door_state::complaint(const std::optional<known_peer>& peer) const {
  if (settings.allowed == remote_inspection::off)
    return "it answers no questions over the network (--remote-inspection off); ask at its control "
           "socket";
  const bool has_certificate = peer && peer->certificate;
  if (!has_certificate && !settings.is_insecure)
    return "over plain links every user who reaches its port could ask, so it answers none; start "
           "it with --tls-cert, --tls-key and --tls-ca, or with --insecure if that is all right, "
           "or ask at its control socket";
  if (inspectors.size() >= most_inspectors)
    return fmt::format("{} inspectors ask it already; end one of them", most_inspectors);
  return {};
}

/// The reason is on its way to it: it has a moment to go by itself.
caf::error inspection_door_state::refuse(const std::optional<known_peer>& peer,
                                         const std::string& why) {
  if (peer && !refused.emplace(peer->connection, self->clock().now()).second)
    settings.send_away(peer->connection, "it asks on, though it was refused: " + why);
  look_later();
  refusal_log::shared().tell("an inspector" + (peer ? " at " + peer->address.host : std::string{}),
                             why);
  return caf::make_error(caf::sec::invalid_argument, why);
}

asker inspection_door_state::introduce(const std::string& its_name,
                                       const std::optional<known_peer>& peer) const {
  asker result{.who = printable(its_name, longest_name)};
  if (peer) result.who += " at " + peer->address.host;
  if (peer && peer->certificate)
    result.who += fmt::format(" with the certificate of {}", *peer->certificate);
  const bool has_certificate = peer && peer->certificate;
  result.may_steer = has_certificate && settings.allowed == remote_inspection::steer;
  if (!result.may_steer)
    result.why_not_steer =
        settings.allowed == remote_inspection::steer ? has_no_certificate : may_only_look;
  return result;
}

void inspection_door_state::admit(const caf::strong_actor_ptr& whom, const std::string& its_name,
                                  const std::optional<known_peer>& peer) {
  const auto who = introduce(its_name, peer);
  spdlog::info("inspected by {}", who.who);
  settings.desk->came(who);
  self->monitor(whom);
  inspectors[caf::actor_cast<caf::actor_addr>(whom)] = {
      .connection = peer ? peer->connection : 0,
      .who = who,
      .clerk = self->system().spawn<caf::detached>(inspection_clerk, settings.desk, who,
                                                   self->address()),
      .answered = self->clock().now()};
  look_later();
}

admitted_inspector* inspection_door_state::inspector_at(const caf::strong_actor_ptr& whom) {
  const auto found = inspectors.find(caf::actor_cast<caf::actor_addr>(whom));
  return found == inspectors.end() ? nullptr : &found->second;
}

/// Nobody is to stay who asks nothing.
void inspection_door_state::forget(const caf::actor_addr& whom) {
  const auto found = inspectors.find(whom);
  if (found == inspectors.end()) return;
  const auto gone = std::move(found->second);
  inspectors.erase(found);
  self->send_exit(gone.clerk, caf::exit_reason::user_shutdown);
  settings.desk->left(gone.who);
  const bool is_last = std::ranges::none_of(
      inspectors, [&](const auto& each) { return each.second.connection == gone.connection; });
  if (is_last) settings.hang_up(gone.connection);
  spdlog::info("no longer inspected by {}", gone.who.who);
}

// -- what is asked ------------------------------------------------------------

caf::result<inspection_answer> inspection_door_state::ask(const inspection_question& question) {
  const auto whom = self->current_sender();
  if (!whom) return caf::make_error(caf::sec::invalid_argument, "nobody asks");
  if (inspector_at(whom) == nullptr) {
    const auto peer = settings.peer_at(whom->node());
    if (const auto why = complaint(peer); !why.empty()) return refuse(peer, why);
    admit(whom, question.asker, peer);
  }
  if (question.text.size() > longest_inspection_question)
    return caf::make_error(caf::sec::runtime_error,
                           fmt::format("a question has {} bytes at most, this one {}",
                                       longest_inspection_question, question.text.size()));
  return serve(question);
}

caf::result<inspection_answer> inspection_door_state::go_on(const inspection_continuation& where) {
  if (inspector_at(self->current_sender()) != nullptr) return serve(where);
  return caf::make_error(caf::sec::runtime_error,
                         "the node has restarted what answers, and forgot the rest: ask again");
}

template <class Words>
caf::result<inspection_answer> inspection_door_state::serve(const Words& said) {
  const auto whom = caf::actor_cast<caf::actor_addr>(self->current_sender());
  auto& inspector = inspectors.at(whom);
  if (std::exchange(inspector.is_served, true)) {
    const std::string why = "it asked before it had its answer";
    settings.send_away(inspector.connection, why);
    return caf::make_error(caf::sec::invalid_argument, why);
  }
  auto answer = self->make_response_promise<inspection_answer>();
  self->request(inspector.clerk, caf::infinite, said)
      .then(
          [=, this, from = beginning(said)](const inspection_answer& part) mutable {
            note_answer(whom, from, part);
            answer.deliver(part);
          },
          [=, this](const caf::error& error) mutable {
            note_answer(whom, 0, {});
            answer.deliver(error);
          });
  return answer;
}

void inspection_door_state::note_answer(const caf::actor_addr& whom, std::uint64_t from,
                                        const inspection_answer& part) {
  const auto found = inspectors.find(whom);
  if (found == inspectors.end()) return;
  auto& inspector = found->second;
  inspector.is_served = false;
  inspector.taken = from + part.part.size();
  inspector.size = part.size;
  inspector.answered = self->clock().now();
}

// -- who does not go on -------------------------------------------------------

void inspection_door_state::look() {
  is_to_look = false;
  const auto now = self->clock().now();
  for (const auto& [whom, inspector] : inspectors)
    if (!inspector.is_served && inspector.taken < inspector.size &&
        now - inspector.answered >= settings.write_timeout)
      settings.send_away(inspector.connection, "it does not take the answer that it asked for");
  std::erase_if(refused, [&](const auto& each) {
    if (now - each.second < look_interval) return false;
    settings.send_away(each.first, "it was refused, and did not go");
    return true;
  });
  if (!inspectors.empty() || !refused.empty()) look_later();
}

void inspection_door_state::look_later() {
  if (std::exchange(is_to_look, true)) return;
  self->scheduled_send(self, self->clock().now() + look_interval, tick_atom::value);
}

inspection_door_actor::behavior_type inspection_door(
    supervision::player_pointer<inspection_door_actor, inspection_door_state> self,
    inspection_door_settings settings) {
  self->state.open(std::move(settings));
  return {[self](const inspection_question& question) { return self->state.ask(question); },
          [self](const inspection_continuation& where) { return self->state.go_on(where); },
          [self](tick_atom) { self->state.look(); }};
}

}  // namespace troupe::network
