#include "actors/supervision/supervisor.hpp"

#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/supervision/failure_text.hpp"
#include "actors/supervision/role.hpp"

namespace troupe::supervision {
namespace {

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>{duration}.count();
}

}  // namespace

void supervisor_state::start_all(std::vector<child_specification> specifications,
                                 std::shared_ptr<supervision_record> its_record) {
  record = std::move(its_record);
  record->assign(specifications.size(), {});
  for (std::size_t i = 0; i < specifications.size(); ++i)
    record->at(i).name = specifications[i].name;
  for (auto& specification : specifications) {
    children.emplace_back(std::move(specification));
    restart(children.size() - 1);
  }
}

void supervisor_state::start(supervised_child& child) {
  child.actor = child.specification.make(self->home_system());
  self->monitor(caf::actor_cast<caf::actor>(child.actor));
  auto& played = role_of(child.specification.role);
  played.cast(child.actor);
  if (const auto dropped = played.dropped(); dropped > child.messages_dropped)
    spdlog::warn("{} was away for long: {} messages for it were dropped", child.specification.name,
                 dropped - std::exchange(child.messages_dropped, dropped));
}

/// A child that cannot be made has failed like one that ended.
void supervisor_state::restart(std::size_t index) {
  if (stopping) return;
  auto& child = children.at(index);
  if (child.actor) return;
  try {
    start(child);
    record->at(index).running = true;
  } catch (...) {
    child_failed(index, "it could not be started: " + exception_text(std::current_exception()));
  }
}

void supervisor_state::child_ended(const caf::down_msg& news) {
  for (std::size_t index = 0; index < children.size(); ++index) {
    auto& child = children[index];
    if (!child.actor || child.actor->address() != news.source) continue;
    role_of(child.specification.role).vacate();
    child.actor = nullptr;
    record->at(index).running = false;
    if (stopping) {
      stop_next();
    } else {
      child_failed(index, describe(news.reason, self->home_system()));
    }
    return;
  }
}

void supervisor_state::child_failed(std::size_t index, const std::string& why) {
  auto& child = children.at(index);
  auto& [who, running, restarts, last_failure] = record->at(index);
  last_failure = why;
  const auto delay = child.history.delay_after_failure(self->clock().now());
  if (!delay) {
    reason = caf::make_error(caf::sec::runtime_error,
                             fmt::format("{} failed {} times within {:g} s, the last time: {}", who,
                                         child.specification.restarts.max_restarts + 1,
                                         seconds(child.specification.restarts.window), why));
    stop();
    return;
  }
  ++restarts;
  spdlog::error("{} failed: {}; restart {} {}", who, why, restarts,
                delay->count() == 0 ? "now" : fmt::format("in {:g} s", seconds(*delay)));
  const auto number = static_cast<std::uint32_t>(index);
  if (delay->count() == 0) {
    self->send(self, restart_atom::value, number);
  } else {
    self->delayed_send(self, *delay, restart_atom::value, number);
  }
}

void supervisor_state::stop() {
  if (stopping) return;
  stopping = true;
  stop_next();
}

/// Ends the last child that is still there; called again when it has ended.
void supervisor_state::stop_next() {
  while (!children.empty()) {
    auto& child = children.back();
    if (child.actor) {
      const auto actor = caf::actor_cast<caf::actor>(child.actor);
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
      caf::delayed_anon_send(actor, child.specification.shutdown_grace,
                             caf::exit_msg{self->address(), caf::exit_reason::kill});
      return;
    }
    role_of(child.specification.role).close();
    children.pop_back();
  }
  self->quit(reason);
}

supervisor_actor::behavior_type supervisor(
    supervisor_actor::stateful_pointer<supervisor_state> self,
    std::vector<child_specification> children, std::shared_ptr<supervision_record> record) {
  fail_with_exception_text(self);
  self->set_exit_handler([self](caf::exit_msg& message) {
    self->state.reason = message.reason;
    self->state.stop();
  });
  self->set_down_handler([self](caf::down_msg& news) { self->state.child_ended(news); });
  self->state.start_all(std::move(children), std::move(record));
  return {
      [self](restart_atom, std::uint32_t index) { self->state.restart(index); },
      [self](stop_atom) { self->state.stop(); },
      [self](report_atom) { return *self->state.record; },
  };
}

}  // namespace troupe::supervision
