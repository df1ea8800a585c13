#include "actors/supervision/supervisor.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include <spdlog/spdlog.h>

#include "actors/probe/journal.hpp"
#include "actors/supervision/failure_text.hpp"
#include "actors/supervision/role.hpp"

namespace troupe::supervision {
namespace {

using phase = child_phase;

/// Every actor of CAF answers this, once it has begun.
using answering_actor =
    caf::typed_actor<caf::replies_to<caf::sys_atom, caf::get_atom, std::string>::with<
        caf::ok_atom, std::string, caf::strong_actor_ptr, std::string>>;

const std::string not_started = "it could not be started: ";

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>{duration}.count();
}

std::string times(std::size_t count) {
  return count == 1 ? "once" : fmt::format("{} times", count);
}

steady_time after(steady_time start, std::chrono::nanoseconds duration) {
  return duration == child_specification::unlimited ? steady_time::max() : start + duration;
}

caf::strong_actor_ptr make(const child_specification& specification, caf::actor_system& system) {
  auto actor = specification.make(system);
  if (!actor) throw std::runtime_error{"its maker made nothing"};
  return actor;
}

/// What a child is busy with, in words for people.
std::string message_in_hand(const supervised_child& child, caf::actor_system& system) {
  return child.probe ? child.probe->turns().message().name(system) : "a message";
}

/// Whoever was told to end, by whomever, has not failed.
bool is_normal(const caf::error& reason) {
  return !reason || reason == caf::exit_reason::user_shutdown;
}

caf::abstract_actor* address_of(const caf::strong_actor_ptr& actor) {
  return caf::actor_cast<caf::abstract_actor*>(actor);
}

}  // namespace

// -- life ---------------------------------------------------------------------

supervisor_state::~supervisor_state() {
  if (!record) return;
  record->tell([](auto& report) { report.looked_at = steady_time::max(); });
  for (const auto& [number, child] : record->children)
    if (child.is_alive()) self->demonitor(caf::actor_cast<caf::actor_addr>(child.actor));
}

void supervisor_state::begin(supervisor_settings its_settings,
                             std::vector<child_specification> specifications,
                             std::shared_ptr<supervision_record> its_record) {
  settings = its_settings;
  record = std::move(its_record);
  failures.emplace(settings.intensity);
  chance.seed(settings.seed);
  if (all_alike()) {
    alike = specifications.at(0);
    record->tell([&](auto& report) { report.children.resize(1, {.name = alike.name}); });
  } else if (record->children.empty()) {
    record->children_made = 0;
    for (auto& specification : specifications) add_child(std::move(specification));
  }
  record->tell([&](auto& report) { report.gave_up.clear(); });
  for (auto& [number, child] : record->children) take_back(number, child);
  look();
}

/// A child of the supervisor before this one, or one that has not been started yet.
void supervisor_state::take_back(child_number number, supervised_child& child) {
  if (child.now == phase::waiting) wake_at(child.due);
  if (child.is_alive()) {
    self->monitor(caf::actor_cast<caf::actor>(child.actor));
    if (child.now == phase::starting) await_answer(number, child.actor);
  }
}

void supervisor_state::stop(caf::error why) {
  if (stopping) return;
  stopping = true;
  reason = std::move(why);
  for (auto& [number, child] : record->children) {
    child.doomed = true;
    if (child.now == phase::killed) child.deadline = now();  // it was waited for without a limit
  }
  go_on();
}

void supervisor_state::stop_for_good() {
  for_good = !stopping || for_good;
  stop({});
}

void supervisor_state::give_up(child_number number, const supervised_child& child) {
  const auto& who = child.specification.name;
  const auto own = failures->count(to_number(number));
  auto text = fmt::format("{} failed {} within {:g} s, the last time: {}", who, times(own),
                          seconds(settings.intensity.window), child.why);
  if (failures->count() > own)
    text += fmt::format(" (with the others, {} failures; at most {} restarts are allowed)",
                        failures->count(), settings.intensity.max_restarts);
  record->tell([&](auto& report) { report.gave_up = text; });
  stop(caf::make_error(caf::sec::runtime_error, std::move(text)));
}

// -- what is to be done next --------------------------------------------------

/// Stops those who have to go, the last first; then starts those who are due, the first first.
void supervisor_state::go_on() {
  if (stop_doomed()) return;
  if (stopping) {
    // Whoever gave up, or was ended by its own supervisor, may be begun anew: messages wait for it.
    if (for_good)
      for (const auto& [number, child] : record->children)
        if (const auto& role = child.specification.role) role_of(role).close();
    record->children.clear();
    self->quit(reason);
    return;
  }
  start_due();
}

/// Whether somebody has still to end before anything else is done.
bool supervisor_state::stop_doomed() {
  bool waiting = false;
  for (auto at = record->children.rbegin(); at != record->children.rend(); ++at) {
    auto& [number, child] = *at;
    if (!child.doomed) continue;
    if (child.is_alive()) stop_child(number, child);
    if (!child.is_alive()) {
      child.doomed = false;
      continue;
    }
    waiting = true;
    if (!all_alike()) break;
  }
  return waiting;
}

void supervisor_state::stop_child(child_number number, supervised_child& child) {
  const auto actor = caf::actor_cast<caf::actor>(child.actor);
  if (child.now != phase::stopping && child.now != phase::killed) {
    enter(number, child, phase::stopping);
    child.deadline = after(now(), child.specification.shutdown_grace);
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  } else if (now() < child.deadline) {
    return;
  } else if (child.now == phase::stopping) {
    enter(number, child, phase::killed);
    child.deadline = now() + kill_limit;
    caf::anon_send_exit(actor, caf::exit_reason::kill);
  } else {
    const auto message = message_in_hand(child, self->home_system());
    if (stopping || child.specification.replaceable_when_stuck) {
      probe::tell(probe::event_kind::actor, probe::event_level::error, child.specification.name,
                  fmt::format("{} does not end: it hangs on {}; going on without it",
                              child.specification.name, message));
      disown(number, child);
      if (!stopping && child.specification.restart == restart_kind::temporary)
        retire(number, child);
      return;
    }
    probe::tell(probe::event_kind::actor, probe::event_level::error, child.specification.name,
                fmt::format("{} does not end: it hangs on {}; waiting for it",
                            child.specification.name, message));
    note_stuck(number, child, message);
    child.deadline = steady_time::max();
  }
  wake_at(child.deadline);
}

/// Goes on without an actor that does not react. It ends when it can.
void supervisor_state::disown(child_number number, supervised_child& child) {
  if (const auto& role = child.specification.role) role_of(role).vacate(address_of(child.actor));
  if (auto* const player = as_supervised(child.actor)) player->depose();
  self->demonitor(caf::actor_cast<caf::actor_addr>(child.actor));
  caf::anon_send_exit(caf::actor_cast<caf::actor>(child.actor), caf::exit_reason::kill);
  forget_actor(number, child);
}

void supervisor_state::start_due() {
  bool earlier_are_up = true;
  for (auto& [number, child] : record->children) {
    if (child.now == phase::waiting && (earlier_are_up || !child.after_earlier)) {
      if (child.due <= now()) start(number, child);
      if (stopping) return;
    } else if (child.now == phase::starting && child.deadline <= now()) {
      began_late(number, child);
    }
    earlier_are_up = earlier_are_up && (child.now == phase::up || child.now == phase::over);
  }
  if (earlier_are_up) record->tell([](auto& report) { report.started = true; });
}

/// It is waited for: a fresh one would hang in the same place, or find no thread to begin on.
void supervisor_state::began_late(child_number number, supervised_child& child) {
  probe::tell(
      probe::event_kind::actor, probe::event_level::error, child.specification.name,
      fmt::format("{} is stuck: it did not begin within its time", child.specification.name));
  note_stuck(number, child, "its start");
  child.deadline = steady_time::max();
}

void supervisor_state::start(child_number number, supervised_child& child) {
  try {
    begin_child(number, child, make(child.specification, self->home_system()));
  } catch (...) {
    const auto why = not_started + exception_text(std::current_exception());
    if (child.is_alive()) disown(number, child);
    failed(number, child, why);
  }
}

void supervisor_state::begin_child(child_number number, supervised_child& child,
                                   caf::strong_actor_ptr actor) {
  const auto& specification = child.specification;
  child.actor = std::move(actor);
  enter(number, child, phase::starting);
  child.deadline = after(now(), specification.start_limit);
  child.last_turn = 0;
  child.turn_seen_at = now();
  tell(number, [&](auto& status) {
    ++status.running;
    if (child.failed_at) ++status.restarts;
  });
  record->numbers.emplace(child.actor->id(), number);
  if (auto* const player = as_supervised(child.actor)) {
    child.probe = player->probe();
    if (!all_alike()) player->be_known_as(child.specification.name);
  }
  self->monitor(caf::actor_cast<caf::actor>(child.actor));
  await_answer(number, child.actor);  // before all that waits for it
  if (specification.role) role_of(specification.role).cast(child.actor);
}

void supervisor_state::wake_at(steady_time when) {
  if (when <= now()) {
    self->send(self, restart_atom::value);
  } else if (when != steady_time::max()) {
    self->scheduled_send(self, when, restart_atom::value);
  }
}

// -- news of children ---------------------------------------------------------

child_number supervisor_state::add_child(child_specification specification) {
  const child_number number{record->children_made++};
  record->tell([&](auto& report) {
    if (!all_alike() && to_number(number) >= report.children.size())
      report.children.push_back({.name = specification.name});
  });
  auto& child = record->children.emplace(number, std::move(specification)).first->second;
  if (const auto& role = child.specification.role) role_of(role).open();
  child.after_earlier = !all_alike();
  return number;
}

/// What cannot be made now is not tried again: whoever asked for it knows, and may ask again.
caf::result<caf::strong_actor_ptr> supervisor_state::start_on_demand(const child_maker& maker) {
  if (!all_alike() || stopping) return caf::make_error(caf::sec::invalid_argument);
  auto specification = alike;
  specification.make = maker.make;
  if (!maker.name.empty()) specification.name = maker.name;
  caf::strong_actor_ptr actor;
  try {
    actor = make(specification, self->home_system());
  } catch (...) {
    const auto why = not_started + exception_text(std::current_exception());
    probe::tell(probe::event_kind::actor, probe::event_level::error, specification.name,
                fmt::format("{} failed: {}", specification.name, why));
    tell(child_number{}, [&](auto& status) {
      ++status.failures;
      status.last_failure = why;
    });
    return caf::make_error(caf::sec::runtime_error, why);
  }
  const auto number = add_child(std::move(specification));
  begin_child(number, record->children.at(number), actor);
  return actor;
}

void supervisor_state::await_answer(child_number number, const caf::strong_actor_ptr& actor) {
  if (all_alike()) {
    came_up(number, record->children.at(number));  // so many are not asked
    return;
  }
  self->request(caf::actor_cast<answering_actor>(actor), caf::infinite, caf::sys_atom::value,
                caf::get_atom::value, std::string{"info"})
      .then(
          [this, number, id = actor->id()](caf::ok_atom, const std::string&,
                                           const caf::strong_actor_ptr&, const std::string&) {
            if (auto* const child = find(number, id)) came_up(number, *child);
          },
          [](const caf::error&) {});  // it has ended: the down message says more
}

supervised_child* supervisor_state::find(child_number number, caf::actor_id actor) {
  const auto found = record->children.find(number);
  if (found == record->children.end()) return nullptr;
  auto& child = found->second;
  return child.is_alive() && child.actor->id() == actor ? &child : nullptr;
}

void supervisor_state::enter(child_number number, supervised_child& child, phase next) {
  child.now = next;
  if (all_alike()) return;
  tell(number, [&](auto& status) {
    status.phase = next;
    status.since = now();
  });
}

void supervisor_state::came_up(child_number number, supervised_child& child) {
  if (child.now != phase::starting) return;
  enter(number, child, phase::up);
  note_stuck(number, child, {});
  child.up_since = now();
  const auto& specification = child.specification;
  if (child.failed_at) {
    const auto took = now() - *std::exchange(child.failed_at, std::nullopt);
    record->add_to_history(
        {.when = unix_now(), .child = specification.name, .why = child.why, .took = took});
    probe::tell(probe::event_kind::actor, probe::event_level::info, specification.name,
                fmt::format("{} is back after {:.3g} s", specification.name, seconds(took)));
  }
  if (!all_alike()) go_on();
}

void supervisor_state::child_ended(const caf::down_msg& news) {
  const auto found = record->numbers.find(news.source.id());
  if (found == record->numbers.end()) return;
  const auto number = found->second;
  auto& child = record->children.at(number);
  const auto& specification = child.specification;
  if (specification.role) role_of(specification.role).vacate(address_of(child.actor));
  const bool was_asked = stopping || child.doomed;
  forget_actor(number, child);
  if (was_asked) {
    if (specification.restart == restart_kind::temporary) retire(number, child);
    if (all_alike() && !record->numbers.empty())
      return;  // so many are not looked through each time
  } else if (is_normal(news.reason) && specification.restart != restart_kind::permanent) {
    const bool is_significant = specification.significant;
    retire(number, child);
    if (is_significant) end_with_significant();
    if (all_alike()) return;
  } else {
    failed(number, child, describe(news.reason, self->home_system()));
  }
  go_on();
}

void supervisor_state::forget_actor(child_number number, supervised_child& child) {
  tell(number, [](auto& status) { --status.running; });
  record->numbers.erase(child.actor->id());
  child.actor = nullptr;
  child.probe = nullptr;
  enter(number, child, phase::waiting);
  note_stuck(number, child, {});
}

/// What follows is up to go_on.
void supervisor_state::failed(child_number number, supervised_child& child,
                              const std::string& why) {
  const auto who = child.specification.name;
  const auto up_for = child.failed_at ? std::chrono::nanoseconds::zero() : now() - child.up_since;
  enter(number, child, phase::waiting);
  child.why = why;
  if (!child.failed_at) child.failed_at = now();
  tell(number, [&](auto& status) {
    ++status.failures;
    status.last_failure = why;
  });
  if (child.specification.restart == restart_kind::temporary) {
    const bool is_significant = child.specification.significant;
    probe::tell(probe::event_kind::actor, probe::event_level::error, who,
                fmt::format("{} failed: {}", who, why));
    retire(number, child);
    if (is_significant) end_with_significant();
    return;
  }
  if (!failures->allow_restart(to_number(number), now())) {
    give_up(number, child);
    return;
  }
  const auto luck = std::uniform_real_distribution<double>{0, 1}(chance);
  const auto delay = child.delays.after_failure(up_for, luck);
  child.due = now() + delay;
  probe::tell(probe::event_kind::actor, probe::event_level::error, who,
              fmt::format("{} failed: {}; restart {}", who, why,
                          delay.count() == 0 ? "now" : fmt::format("in {:.3g} s", seconds(delay))));
  restart_with_others(number, child);
  wake_at(child.due);
}

/// Dooms those who go with the child that failed; they come back in order, when it is due.
void supervisor_state::restart_with_others(child_number number, supervised_child& failed_child) {
  failed_child.after_earlier = settings.strategy == strategy::one_for_all;
  if (settings.strategy != strategy::rest_for_one && settings.strategy != strategy::one_for_all)
    return;
  for (auto& [other_number, other] : record->children) {
    const bool goes_too = settings.strategy == strategy::one_for_all || other_number > number;
    const bool is_gone =
        other.now == phase::over && other.specification.restart == restart_kind::temporary;
    if (!goes_too || other_number == number || is_gone) continue;
    if (other.now == phase::over) come_back(other_number, other);
    other.doomed = true;
    other.after_earlier = true;
    other.due = std::max(other.due, failed_child.due);
    if (!other.is_alive()) continue;
    other.failed_at = now();
    other.why = fmt::format("{} failed", failed_child.specification.name);
  }
}

/// One that had ended normally starts with the others.
void supervisor_state::come_back(child_number number, supervised_child& child) {
  enter(number, child, phase::waiting);
  if (const auto& role = child.specification.role) role_of(role).open();
}

/// The child does not come back by itself.
void supervisor_state::retire(child_number number, supervised_child& child) {
  if (const auto& role = child.specification.role) role_of(role).close();
  enter(number, child, phase::over);
  if (all_alike()) record->children.erase(number);
}

void supervisor_state::end_with_significant() {
  if (settings.auto_shutdown == auto_shutdown::never) return;
  const auto goes_on = [](const auto& entry) {
    return entry.second.specification.significant && entry.second.now != phase::over;
  };
  if (settings.auto_shutdown == auto_shutdown::any_significant ||
      std::none_of(record->children.begin(), record->children.end(), goes_on))
    stop_for_good();
}

// -- stuck children -----------------------------------------------------------

/// Often enough to notice a child that is stuck within half as much again as its limit.
std::chrono::nanoseconds supervisor_state::look_interval() const {
  auto interval = std::chrono::nanoseconds{std::chrono::seconds{1}};
  for (const auto& [number, child] : record->children)
    interval = std::min(interval, child.specification.turn_limit / 2);
  if (all_alike()) interval = std::min(interval, alike.turn_limit / 2);
  return std::max<std::chrono::nanoseconds>(interval, std::chrono::milliseconds{1});
}

/// Time in which the whole process stood still, stopped or kept from the CPU, is nobody's hanging.
void supervisor_state::forgive_standstill() {
  const auto late = now() - look_due.value_or(now());
  if (late < look_interval()) return;
  spdlog::debug("a look at the children came {:.3g} s late: nobody is blamed for that time",
                seconds(late));
  for (auto& [number, child] : record->children) {
    child.turn_seen_at += late;
    if (child.deadline != steady_time::max()) child.deadline += late;
  }
}

void supervisor_state::look() {
  forgive_standstill();
  record->tell([this](auto& report) { report.looked_at = now(); });
  // By number: what is found may change the children.
  std::vector<child_number> watched;
  for (const auto& [number, child] : record->children)
    if (child.probe) watched.push_back(number);
  for (const auto number : watched)
    if (const auto found = record->children.find(number); found != record->children.end())
      look_at(number, found->second);
  go_on();  // who has not begun in time is noticed here: seldom enough to need no timer of its own
  look_due = next_beat(now(), look_interval());
  if (!stopping) self->scheduled_send(self, *look_due, tick_atom::value);
}

/// Looks come at beats, some a little later than others: a turn that was seen at the beat a limit
/// ago has lasted as long as the limit, whichever of the two looks was late.
void supervisor_state::look_at(child_number number, supervised_child& child) {
  if (!child.probe) return;
  const auto turn = child.probe->turns().current();
  if (turn != child.last_turn || !probe::turn_record::is_busy(turn)) {
    child.last_turn = turn;
    child.turn_seen_at = now();
    if (!child.stuck_in.empty() && child.now == phase::up) {
      probe::tell(probe::event_kind::actor, probe::event_level::warning, child.specification.name,
                  fmt::format("{} goes on", child.specification.name));
      note_stuck(number, child, {});
    }
  } else if (child.stuck_in.empty() &&
             now() - child.turn_seen_at >= child.specification.turn_limit - look_interval() / 4) {
    found_stuck(number, child);
  }
}

void supervisor_state::found_stuck(child_number number, supervised_child& child) {
  const auto message = message_in_hand(child, self->home_system());
  const auto text = fmt::format("it hangs on the message {} for more than {:.3g} s", message,
                                seconds(child.specification.turn_limit));
  note_stuck(number, child, message);
  const bool is_to_end = stopping || child.doomed;
  if (!child.specification.replaceable_when_stuck || child.now != phase::up || is_to_end) {
    probe::tell(probe::event_kind::actor, probe::event_level::error, child.specification.name,
                fmt::format("{} is stuck: {}", child.specification.name, text));
    return;
  }
  disown(number, child);
  failed(number, child, text);
}

/// Takes down that the child hangs on `message`, or with an empty one that it does not any more.
void supervisor_state::note_stuck(child_number number, supervised_child& child,
                                  const std::string& message) {
  if (child.stuck_in == message) return;
  const bool is_news = child.stuck_in.empty();
  child.stuck_in = message;
  auto shown = message;
  if (all_alike() && message.empty())
    for (const auto& [other_number, other] : record->children)
      if (!other.stuck_in.empty()) shown = other.stuck_in;
  tell(number, [&](auto& status) {
    status.times_stuck += is_news ? 1 : 0;
    status.stuck_in = shown;
  });
}

supervisor_actor::behavior_type supervisor(player_pointer<supervisor_actor, supervisor_state> self,
                                           supervisor_settings settings,
                                           std::vector<child_specification> children,
                                           std::shared_ptr<supervision_record> record) {
  self->set_exit_handler(
      [self](caf::exit_msg& message) { self->state.stop(std::move(message.reason)); });
  self->set_down_handler([self](caf::down_msg& news) { self->state.child_ended(news); });
  self->state.begin(settings, std::move(children), std::move(record));
  return {
      [self](tick_atom) { self->state.look(); },
      [self](restart_atom) { self->state.go_on(); },
      [self](start_atom, const child_maker& maker) { return self->state.start_on_demand(maker); },
      [self](stop_atom) { self->state.stop_for_good(); },
      [self](report_atom) { return self->state.record->report(); },
  };
}

}  // namespace troupe::supervision
