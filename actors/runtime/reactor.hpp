#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <caf/detail/type_list.hpp>
#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include "actors/runtime/epoll_poller.hpp"
#include "actors/runtime/follower_call.hpp"
#include "actors/runtime/realtime.hpp"
#include "actors/runtime/timer_queue.hpp"
#include "protocol/ring_queue.hpp"

namespace troupe::runtime {

/// CAF's scheduler for a node, which waits for time and descriptors itself (the pattern of leader
/// and followers).
///
/// One thread, the leader, waits in the kernel, and runs all actors that its waking up has set
/// going, one after the other: what comes of a timer or of a descriptor costs one thread wake-up,
/// however many actors it passes. When an actor keeps the leader longer than `patience`, a follower
/// takes its place; when actors as such have waited so long, followers help, as far as there are
/// cores. There is always a follower left, up to `thread_limit`, so that actors that hang stop
/// nobody else.
///
/// An idle reactor does nothing at all.
class reactor final : public caf::scheduler::abstract_coordinator {
 public:
  /// No more than a client notices (a frame lasts at least 2.5 ms, and players have some tens of
  /// milliseconds in store), and more than an actor in good health takes for its turn.
  static constexpr std::chrono::milliseconds patience{10};
  /// Threads are added only while others hang.
  static constexpr std::size_t thread_limit = 64;

  /// For caf::actor_system_config::load.
  static caf::actor_system::module* make(caf::actor_system& system, caf::detail::type_list<>);
  /// The reactor of a system that was configured to have one.
  static reactor& of(caf::actor_system& system);

  explicit reactor(caf::actor_system& system);

  [[nodiscard]] runtime::poller& poller() { return poller_; }
  /// How many threads there are now.
  [[nodiscard]] std::size_t threads() const;

  void enqueue(caf::resumable* what) override;
  caf::actor_clock& clock() noexcept override { return timers_; }

 protected:
  void start() override;
  void stop() override;

 private:
  /// A thread, as the actors that it runs see it.
  class worker final : public caf::execution_unit {
   public:
    explicit worker(reactor& owner) : caf::execution_unit(&owner.system()), owner_(owner) {}
    void exec_later(caf::resumable* what) override { owner_.enqueue(what); }

    std::thread thread;

   private:
    reactor& owner_;
  };
  enum class duty : std::uint8_t { lead, help, rest, end };

  void add_thread();
  void run(worker& self);
  [[nodiscard]] duty next_duty(worker& self);
  [[nodiscard]] bool leader_hangs() const;
  /// With the lock closed. Returns whether the leader is to be woken up, which is for the caller to
  /// do with the lock open.
  [[nodiscard]] bool has_to_wake_leader();
  void wake_leader();
  [[nodiscard]] bool add_waiting(caf::resumable* what);

  /// What the leader needs for itself.
  struct leadership {
    const worker& leader;
    epoll_poller::news news;
    steady_time woken_at;        ///< if nothing comes earlier
    steady_time follower_comes;  ///< if the leader has not looked around again by then
    /// Who ran first after the last wait: most probably who runs first after the next.
    std::array<const caf::resumable*, 8> ran_first{};
  };

  void lead(worker& self);
  void help(worker& self);
  [[nodiscard]] bool leads(const worker& self) const;
  void look_around(leadership& own);
  [[nodiscard]] bool prepare_to_wait(leadership& own);
  [[nodiscard]] bool goes_on_leading(const worker& self, steady_time now);
  void have_follower_come(leadership& own, steady_time when);
  [[nodiscard]] std::size_t helpers_allowed() const;
  void call_help_if_behind(steady_time now);
  [[nodiscard]] caf::resumable* next_to_run(const worker& self, bool as_leader);
  void resume(worker& self, caf::resumable* what);

  std::optional<realtime_settings> realtime_;
  epoll_poller poller_;
  timer_queue timers_;
  follower_call followers_;

  mutable std::mutex mutex_;
  ring_queue<caf::resumable*> waiting_;  ///< actors that have something to do
  worker* leader_ = nullptr;
  bool leader_waits_ = false;  ///< in the kernel, or is about to
  steady_time leader_looked_;  ///< around, the last time
  std::uint64_t taken_ = 0;    ///< of those who waited
  std::uint64_t awaited_ = 0;  ///< so many are to be taken ...
  steady_time awaited_since_;  ///< ... soon after that time
  std::size_t resting_ = 0;    ///< followers that wait to be called
  std::size_t helping_ = 0;
  bool ending_ = false;
  std::vector<std::unique_ptr<worker>> workers_;
};

}  // namespace troupe::runtime
