#include "apps/inspect/terminal/actor_inquiry.hpp"

#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "apps/inspect/model/changes.hpp"
#include "apps/inspect/model/snapshot.hpp"
#include "apps/inspect/target.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting::terminal {
namespace {

using namespace std::chrono_literals;

/// Changes over less time than this would jump.
constexpr auto least_interval = 900ms;

std::string question_about(const std::string& actor) {
  return nlohmann::json{{"ask", "actor"}, {"name", actor}}.dump();
}

}  // namespace

std::optional<std::string> actor_inquiry::next_question(const view_state& state, scene& shown,
                                                        steady_time now) {
  if (state.is_paused) return std::nullopt;
  turn_to_opened(state, shown);
  if (!opened_ || under_way_ || now < answered_ + least_interval) return std::nullopt;
  under_way_ = opened_;
  return question_about(opened_->actor);
}

void actor_inquiry::turn_to_opened(const view_state& state, scene& shown) {
  std::optional<subject> opened;
  if (state.opened_actor)
    opened = subject{.node = shown.nodes[state.node].target_text(), .actor = *state.opened_actor};
  if (opened == opened_) return;
  opened_ = std::move(opened);
  shown.opened_actor.reset();
  answered_ = {};
}

bool actor_inquiry::take(const asked_question& asked, scene& shown, steady_time now) {
  if (!under_way_ || to_string(asked.node) != under_way_->node ||
      asked.question != question_about(under_way_->actor))
    return false;
  const bool is_wanted = under_way_ == opened_;
  under_way_.reset();
  if (is_wanted) note(asked, shown, now);
  return true;
}

void actor_inquiry::note(const asked_question& asked, scene& shown, steady_time now) {
  const auto before = std::exchange(shown.opened_actor, std::nullopt);
  const auto then = std::exchange(answered_, now);
  if (!asked.answer) return;
  try {
    shown.opened_actor = answered_actor{
        .node = to_string(asked.node), .facts = parse_actor(*asked.answer), .lately = {}};
  } catch (const failure&) {
    return;  // the snapshot's actor is shown: an answer that cannot be read has no more to say
  }
  auto& actor = *shown.opened_actor;
  if (before && before->facts.name == actor.facts.name)
    actor.lately = changes_of_actor(before->facts, actor.facts, now - then);
}

}  // namespace troupe::inspecting::terminal
