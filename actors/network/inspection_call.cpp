#include "actors/network/inspection_call.hpp"

#include <utility>

namespace troupe::network {
namespace {

/// What CAF says of a message, beside what is in it.
constexpr std::size_t room_for_what_is_around_it = 1024;

}  // namespace

void inspection_call_state::open(inspection_call_settings its_settings) {
  settings = std::move(its_settings);
  settings.node.purpose = link_purpose::inspection;
  settings.node.limits.message_bytes = longest_inspection_part + room_for_what_is_around_it;
  self->set_down_handler([this](const caf::down_msg&) {
    const auto told = connection ? connection->end_reason() : std::string{};
    fail(caf::sec::runtime_error, told.empty() ? "it is ending" : told);
  });
}

caf::result<std::string> inspection_call_state::ask(const std::string& its_question) {
  if (failure) return failure;
  if (asked.pending())
    return caf::make_error(caf::sec::runtime_error, "the question before has no answer yet");
  question = its_question;
  asked = self->make_response_promise<std::string>();
  const auto answer = asked;
  if (door)
    send_question();
  else
    call();
  return answer;
}

// -- calling ------------------------------------------------------------------

void inspection_call_state::call() {
  under_way.emplace(
      self, *settings.poller, greetings_by(self, settings.broker), settings.node, lookup,
      node_call::outcomes{
          .greeted = [this](const auto& whom, const auto& interface) { begin(whom, interface); },
          .failed =
              [this](const std::string& why) {
                under_way.reset();
                fail(caf::sec::cannot_connect_to_node, why);
              }});
  under_way->begin();
  look_at_call();
}

void inspection_call_state::look_at_call() {
  if (!under_way) return;
  if (self->clock().now() >= under_way->deadline()) under_way->give_up_step();
  if (under_way) self->scheduled_send(self, under_way->deadline(), tick_atom::value);
}

void inspection_call_state::begin(const caf::strong_actor_ptr& whom,
                                  const std::set<std::string>& interface) {
  connection = under_way->take_connection();
  under_way.reset();
  const auto needed = self->system().message_types(caf::detail::type_list<inspected_actor>{});
  if (!whom || !self->system().assignable(interface, needed))
    return fail(caf::sec::cannot_connect_to_node,
                "it is a node of another version, which cannot be inspected, or has the process "
                "number of this program in another container: CAF takes that for this program");
  door = caf::actor_cast<inspected_actor>(whom);
  self->monitor(door);
  send_question();
}

// -- asking -------------------------------------------------------------------

void inspection_call_state::send_question() {
  answered.clear();
  send(inspection_question{.asker = settings.asker, .text = question});
}

template <class Words>
void inspection_call_state::send(const Words& said) {
  self->request(door, caf::infinite, said)
      .then([this](const inspection_answer& part) { take(part); },
            [this](const caf::error& error) { answer(error); });
}

/// What a peer says may be anything.
void inspection_call_state::take(const inspection_answer& part) {
  answered += part.part;
  if (part.size > longest_inspection_answer || answered.size() > part.size ||
      (part.part.empty() && answered.size() < part.size))
    return fail(caf::sec::runtime_error, "its answer is not as long as it says");
  if (answered.size() < part.size)
    send(inspection_continuation{.from = answered.size()});
  else
    answer(std::exchange(answered, {}));
}

void inspection_call_state::answer(std::string with) {
  std::exchange(asked, {}).deliver(std::move(with));
}

/// Of what came from another system, the words are kept.
void inspection_call_state::answer(const caf::error& with) {
  if (!asked.pending()) return;
  const auto kind =
      with == caf::sec::invalid_argument ? caf::sec::invalid_argument : caf::sec::runtime_error;
  std::exchange(asked, {}).deliver(caf::make_error(kind, words_for(with, self->system())));
}

void inspection_call_state::fail(caf::sec kind, const std::string& why) {
  failure = caf::make_error(kind, why);
  if (asked.pending()) std::exchange(asked, {}).deliver(failure);
  hang_up(self->system(), std::exchange(connection, nullptr));
}

inspection_call_actor::behavior_type inspection_call(
    inspection_call_actor::stateful_pointer<inspection_call_state> self,
    inspection_call_settings settings) {
  self->state.open(std::move(settings));
  return {[self](const std::string& question) { return self->state.ask(question); },
          [self](const readiness&) {
            if (self->state.under_way) self->state.under_way->go_on();
          },
          [self](tick_atom) { self->state.look_at_call(); },
          [self](stop_atom) {
            self->state.under_way.reset();
            self->state.fail(caf::sec::runtime_error, "the question was called off");
          }};
}

}  // namespace troupe::network
