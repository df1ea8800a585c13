#include "actors/runtime/reactor.hpp"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

#include <caf/actor_system.hpp>
#include <pthread.h>
#include <spdlog/fmt/fmt.h>

#include "actors/probe/journal.hpp"
#include "actors/runtime/actor_system.hpp"

namespace troupe::runtime {
namespace {

/// Actors that run between two looks at timers and descriptors: a tenth of a millisecond or so.
constexpr std::size_t actors_between_looks = 32;

/// While another actor still runs, the cache gets what this one is made of: after some milliseconds
/// without a frame little of it is left there. In the fan-out to 1,000 clients that took the server
/// from 2.0 to 1.8 times the floor's CPU, and with those who will run after a wait the median of
/// one client's latency from 1.8 to 1.45 times the floor's, on a noisy machine.
/// `what` may be null, or gone.
void fetch_ahead(const caf::resumable* what) {
  if (what == nullptr) return;
  constexpr std::ptrdiff_t lines = 16;
  constexpr std::ptrdiff_t line_bytes = 64;
  const auto* const start = reinterpret_cast<const std::byte*>(what);
  for (std::ptrdiff_t i = -2; i < lines; ++i) __builtin_prefetch(start + i * line_bytes);
}

}  // namespace

caf::actor_system::module* reactor::make(caf::actor_system& system, caf::detail::type_list<>) {
  return new reactor{system};
}

reactor& reactor::of(caf::actor_system& system) {
  return dynamic_cast<reactor&>(system.scheduler());
}

reactor::reactor(caf::actor_system& system)
    : caf::scheduler::abstract_coordinator(system), timers_([this] { wake_leader(); }) {
  if (const auto* config = dynamic_cast<const node_system_config*>(&system.config()))
    realtime_ = config->realtime;
}

void reactor::start() {
  {
    const std::lock_guard lock{mutex_};
    add_thread();
    add_thread();
    if (workers_.empty()) throw std::runtime_error{"no thread can be started to run the actors"};
  }
  followers_.call();
  abstract_coordinator::start();
}

/// All actors have ended, but for those that CAF itself has.
void reactor::stop() {
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  poller_.wake_up();
  followers_.call(thread_limit);
  for (auto& each : workers_) each->thread.join();
  stop_actors();
  while (!waiting_.empty()) cleanup_and_release(waiting_.pop_front());
  timers_.cancel_all();
}

std::size_t reactor::threads() const {
  const std::lock_guard lock{mutex_};
  return workers_.size();
}

// -- to be called from any thread ---------------------------------------------

/// Without memory it waits for some: nobody would ever run the actor otherwise.
void reactor::enqueue(caf::resumable* what) {
  for (;;) {
    try {
      if (add_waiting(what)) poller_.wake_up();
      return;
    } catch (const std::bad_alloc&) {
      std::this_thread::sleep_for(patience);
    }
  }
}

bool reactor::add_waiting(caf::resumable* what) {
  const std::lock_guard lock{mutex_};
  if (waiting_.empty()) fetch_ahead(what);
  waiting_.push_back(what);
  return has_to_wake_leader();
}

/// For what it would otherwise wait too long.
void reactor::wake_leader() {
  const auto wakes = [this] {
    const std::lock_guard lock{mutex_};
    return has_to_wake_leader();
  };
  if (wakes()) poller_.wake_up();
}

bool reactor::has_to_wake_leader() {
  if (!leader_waits_) return false;
  leader_waits_ = false;
  leader_looked_ = std::chrono::steady_clock::now();  // it has some time to come
  return true;
}

// -- the life of a thread -----------------------------------------------------

/// With the lock closed. Without another thread the reactor goes on, until one comes back.
void reactor::add_thread() {
  try {
    if (workers_.size() == thread_limit) throw std::runtime_error{"there are enough"};
    auto added = std::make_unique<worker>(*this);
    workers_.reserve(workers_.size() + 1);
    added->thread = std::thread{[this, self = added.get()] { run(*self); }};
    workers_.push_back(std::move(added));
    ++resting_;
  } catch (const std::exception& trouble) {
    probe::tell(
        probe::event_kind::node, probe::event_level::error, "threads",
        fmt::format("{} threads are busy, and no other can be started ({}): who comes has to wait",
                    workers_.size(), trouble.what()));
  }
}

void reactor::run(worker& self) {
  ::pthread_setname_np(::pthread_self(), "reactor");
  system().thread_started();
  for (;;) {
    if (realtime_) run_in_realtime(*realtime_, takeover_priority);
    followers_.await();
    const auto its_duty = next_duty(self);
    if (its_duty == duty::end) break;
    if (its_duty == duty::rest) continue;
    if (realtime_) run_in_realtime(*realtime_, realtime_priority);
    if (its_duty == duty::lead) lead(self);
    if (its_duty == duty::help) help(self);
    const std::lock_guard lock{mutex_};
    ++resting_;
  }
  system().thread_terminates();
}

/// Of a follower that was called.
reactor::duty reactor::next_duty(worker& self) {
  const std::lock_guard lock{mutex_};
  if (ending_) return duty::end;
  const bool is_to_lead = leader_ == nullptr || leader_hangs();
  const bool is_to_help = !is_to_lead && !waiting_.empty() && helping_ < helpers_allowed();
  // It may have been the guard that called: the leader counts on one, who may hang from now on.
  if (!is_to_lead && !leader_waits_) followers_.call_at(leader_looked_ + patience);
  if (!is_to_lead && !is_to_help) return duty::rest;
  if (--resting_ == 0) add_thread();
  if (is_to_help) {
    ++helping_;
    return duty::help;
  }
  if (leader_ != nullptr && realtime_) make_ordinary(leader_->thread.native_handle());
  leader_ = &self;
  leader_waits_ = false;
  leader_looked_ = std::chrono::steady_clock::now();
  return duty::lead;
}

bool reactor::leader_hangs() const {
  return !leader_waits_ && std::chrono::steady_clock::now() - leader_looked_ > patience / 2;
}

// -- the leader ---------------------------------------------------------------

void reactor::lead(worker& self) {
  leadership own{.leader = self, .news = {}, .woken_at = {}, .follower_comes = {}};
  while (leads(self)) {
    look_around(own);
    for (std::size_t i = 0; i < actors_between_looks; ++i) {
      auto* const next = next_to_run(self, true);
      if (next == nullptr) break;
      if (i < own.ran_first.size()) own.ran_first[i] = next;
      resume(self, next);
    }
  }
  poller_.wake_up();  // it may have been woken up in the place of another who leads, or is to end
}

bool reactor::leads(const worker& self) const {
  const std::lock_guard lock{mutex_};
  return leader_ == &self && !ending_;
}

/// Waits if there is nothing to do, and has what has come up meanwhile done next.
void reactor::look_around(leadership& own) {
  const bool waits = prepare_to_wait(own);
  poller_.wait(own.news, waits);
  if (waits) std::for_each(own.ran_first.begin(), own.ran_first.end(), fetch_ahead);
  const auto now = std::chrono::steady_clock::now();
  if (goes_on_leading(own.leader, now)) {
    const bool guarded =
        own.follower_comes > now + patience / 2 && own.follower_comes < now + 2 * patience;
    if (!guarded) have_follower_come(own, now + patience);
  }
  poller_.tell(own.news);
  timers_.send_due(now);
}

bool reactor::goes_on_leading(const worker& self, steady_time now) {
  const std::lock_guard lock{mutex_};
  if (leader_ != &self) return false;
  leader_waits_ = false;
  leader_looked_ = now;
  call_help_if_behind(now);
  return true;
}

/// Whether there is nothing to do. Then whoever brings something, or a new time, wakes the leader.
bool reactor::prepare_to_wait(leadership& own) {
  {
    const std::lock_guard lock{mutex_};
    if (leader_ != &own.leader || ending_ || !waiting_.empty()) return false;
    leader_waits_ = true;
  }
  const auto due = timers_.next_due();
  if (!due) return true;
  if (*due <= std::chrono::steady_clock::now()) return false;
  if (*due != own.woken_at) poller_.wake_up_at(*due);
  own.woken_at = *due;
  have_follower_come(own, *due + patience);  // now, since when it is woken up time is dear
  return true;
}

void reactor::have_follower_come(leadership& own, steady_time when) {
  own.follower_comes = when;
  followers_.call_at(when);
}

/// With the lock closed. Whoever waited at one look is to have had its turn some looks later.
void reactor::call_help_if_behind(steady_time now) {
  if (taken_ >= awaited_) {
    awaited_ = taken_ + waiting_.size();
    awaited_since_ = now;
  } else if (now - awaited_since_ > patience && helping_ < helpers_allowed() && resting_ > 0) {
    followers_.call();
    awaited_since_ = now;
  }
}

/// As far as there are cores.
std::size_t reactor::helpers_allowed() const {
  static const std::size_t cores = std::max(std::thread::hardware_concurrency(), 1U);
  return realtime_ && realtime_->core ? 0 : cores - 1;
}

// -- running actors -----------------------------------------------------------

void reactor::help(worker& self) {
  while (auto* const next = next_to_run(self, false)) resume(self, next);
  const std::lock_guard lock{mutex_};
  --helping_;
}

caf::resumable* reactor::next_to_run(const worker& self, bool as_leader) {
  const std::lock_guard lock{mutex_};
  if (waiting_.empty() || ending_ || (as_leader && leader_ != &self)) return nullptr;
  ++taken_;
  auto* const next = waiting_.pop_front();
  if (!waiting_.empty()) fetch_ahead(waiting_.front());
  return next;
}

void reactor::resume(worker& self, caf::resumable* what) {
  switch (what->resume(&self, max_throughput())) {
    case caf::resumable::resume_later:
      enqueue(what);
      break;
    case caf::resumable::done:
    case caf::resumable::awaiting_message:
    case caf::resumable::shutdown_execution_unit:
      intrusive_ptr_release(what);
      break;
  }
}

}  // namespace troupe::runtime
