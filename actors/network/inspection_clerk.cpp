#include "actors/network/inspection_clerk.hpp"

#include <exception>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace troupe::network {

caf::result<inspection_answer> inspection_clerk_state::ask(const inspection_question& question) {
  try {
    answer = desk->answer(question.text, inspector);
  } catch (const std::exception& trouble) {
    answer.clear();
    spdlog::error("{} has no answer: {}", inspector.who, trouble.what());
    return caf::make_error(caf::sec::runtime_error,
                           fmt::format("the node cannot answer: {}", trouble.what()));
  }
  if (const auto size = answer.size(); size > longest_inspection_answer) {
    answer = {};
    return caf::make_error(
        caf::sec::runtime_error,
        fmt::format("the answer has {} bytes, and {} at most go over the network: ask for less, or "
                    "at the node's control socket",
                    size, longest_inspection_answer));
  }
  return part(0);
}

caf::result<inspection_answer> inspection_clerk_state::go_on(const inspection_continuation& where) {
  if (where.from < answer.size()) return part(where.from);
  return caf::make_error(caf::sec::runtime_error,
                         "there is no answer that goes on from there: ask again");
}

inspection_answer inspection_clerk_state::part(std::size_t from) {
  inspection_answer result{.size = answer.size(),
                           .part = answer.substr(from, longest_inspection_part)};
  if (from + result.part.size() == answer.size()) answer = {};
  return result;
}

inspected_actor::behavior_type inspection_clerk(
    inspected_actor::stateful_pointer<inspection_clerk_state> self, inspection_desk* desk,
    asker inspector, const caf::actor_addr& door) {
  self->state.desk = desk;
  self->state.inspector = std::move(inspector);
  self->set_down_handler([self](const caf::down_msg&) { self->quit(); });
  self->monitor(door);
  return {[self](const inspection_question& question) { return self->state.ask(question); },
          [self](const inspection_continuation& where) { return self->state.go_on(where); }};
}

}  // namespace troupe::network
