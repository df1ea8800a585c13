#include "actors/runtime/reactor.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include <caf/actor_system.hpp>
#include <pthread.h>

#include "actors/runtime/actor_system.hpp"

namespace troupe::runtime {
namespace {

/// Actors that run between two looks at timers and descriptors: a tenth of a millisecond or so.
constexpr int actors_between_looks = 32;

/// While another actor still runs, the cache gets what this one is made of: after some milliseconds
/// without a frame little of it is left there.
void fetch_ahead(const caf::resumable* what) {
  constexpr std::ptrdiff_t lines = 16;
  constexpr std::ptrdiff_t line_bytes = 64;
  const auto* const start = reinterpret_cast<const std::byte*>(what);
  for (std::ptrdiff_t i = -2; i < lines; ++i) __builtin_prefetch(start + i * line_bytes);
}

std::size_t helpers_allowed() {
  static const std::size_t cores = std::max(std::thread::hardware_concurrency(), 1U);
  return cores - 1;
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
  }
  call_follower();
  abstract_coordinator::start();
}

/// All actors have ended, but for those that CAF itself has.
void reactor::stop() {
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  poller_.wake_up();
  call_follower();
  for (auto& thread : threads_) thread.join();
  stop_actors();
  while (!waiting_.empty()) cleanup_and_release(waiting_.pop_front());
  timers_.cancel_all();
}

std::size_t reactor::threads() const {
  const std::lock_guard lock{mutex_};
  return threads_.size();
}

// -- to be called from any thread ---------------------------------------------

void reactor::enqueue(caf::resumable* what) {
  bool wakes = false;
  {
    const std::lock_guard lock{mutex_};
    if (waiting_.empty()) fetch_ahead(what);
    waiting_.push_back(what);
    wakes = std::exchange(leader_waits_, false);
  }
  if (wakes) poller_.wake_up();
}

/// For what it would otherwise wait too long.
void reactor::wake_leader() {
  bool wakes = false;
  {
    const std::lock_guard lock{mutex_};
    wakes = std::exchange(leader_waits_, false);
  }
  if (wakes) poller_.wake_up();
}

// -- the life of a thread -----------------------------------------------------

/// With the lock closed. Without another thread it goes on as well, until one comes back.
void reactor::add_thread() {
  if (threads_.size() == thread_limit) return;
  workers_.push_back(std::make_unique<worker>(*this));
  try {
    threads_.emplace_back([this, self = workers_.back().get()] { run(*self); });
  } catch (const std::system_error&) {
    workers_.pop_back();
    return;
  }
  ++resting_;
}

void reactor::run(worker& self) {
  ::pthread_setname_np(::pthread_self(), "reactor");
  if (realtime_) run_in_realtime(*realtime_);
  system().thread_started();
  for (;;) {
    followers_.await();
    switch (next_duty(self)) {
      case duty::lead:
        lead(self);
        break;
      case duty::help:
        help(self);
        break;
      case duty::rest:
        continue;
      case duty::end:
        call_follower();  // to end as well
        system().thread_terminates();
        return;
    }
    const std::lock_guard lock{mutex_};
    ++resting_;
  }
}

/// Of a follower that was called.
reactor::duty reactor::next_duty(const worker& self) {
  const std::lock_guard lock{mutex_};
  if (ending_) return duty::end;
  const bool is_to_lead = leader_ == nullptr || leader_hangs();
  if (!is_to_lead && waiting_.empty()) return duty::rest;
  if (--resting_ == 0) add_thread();
  if (!is_to_lead) {
    ++helping_;
    return duty::help;
  }
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
    for (int i = 0; i < actors_between_looks; ++i) {
      auto* const next = next_to_run(self, true);
      if (next == nullptr) break;
      resume(self, next);
    }
  }
}

bool reactor::leads(const worker& self) const {
  const std::lock_guard lock{mutex_};
  return leader_ == &self && !ending_;
}

/// Waits if there is nothing to do, and has what has come up meanwhile done next.
void reactor::look_around(leadership& own) {
  poller_.wait(own.news, prepare_to_wait(own));
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock{mutex_};
    if (leader_ == &own.leader) {
      leader_waits_ = false;
      leader_looked_ = now;
      call_help_if_behind(now);
    }
  }
  if (own.follower_comes < now + patience / 2) have_follower_come(own, now + patience);
  poller_.tell(own.news);
  timers_.send_due(now);
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
  followers_.set(when);
}

/// With the lock closed. Whoever waited at one look is to have had its turn some looks later.
void reactor::call_help_if_behind(steady_time now) {
  if (taken_ >= awaited_) {
    awaited_ = taken_ + waiting_.size();
    awaited_since_ = now;
  } else if (now - awaited_since_ > patience && helping_ < helpers_allowed() && resting_ > 0) {
    call_follower();
  }
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
