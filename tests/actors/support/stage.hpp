#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>

#include "actors/runtime/actor_system.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::test {

/// An actor system that acts only when told to, under a clock that the test turns.
class stage {
 public:
  stage() : system(config), director(system) {}
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;
  ~stage() {
    end_all(caf::exit_reason::user_shutdown);
    end_all(caf::exit_reason::kill);
    clock().cancel_all();
    cast.clear();  // the system waits until actors with threads of their own are deleted
  }

  /// Spawns an actor that ends with the stage at the latest: actors hold each other, so none goes
  /// by itself.
  template <class... Ts>
  auto spawn(Ts&&... arguments) {
    auto handle = system.spawn(std::forward<Ts>(arguments)...);
    ends_with_stage(handle);
    return handle;
  }

  /// The same for an actor that another one has spawned.
  template <class Handle>
  void ends_with_stage(const Handle& handle) {
    cast.push_back(caf::actor_cast<caf::actor>(handle));
  }

  /// Has every actor do all that it can do now. The scheduler's own `run` turns the clock as well.
  void run() {
    while (scheduler().try_run_once()) {
    }
  }

  /// Turns the clock, step by step, so that timeouts set on the way are met as well.
  void pass(std::chrono::nanoseconds time) {
    run();
    const auto end = clock().now() + time;
    constexpr std::chrono::nanoseconds step = std::chrono::milliseconds{1};
    while (clock().now() < end) {
      scheduler().advance_time(std::min(step, end - clock().now()));
      run();
    }
  }

  /// Turns the clock at once, as for a process that was stopped.
  void stand_still(std::chrono::nanoseconds time) {
    run();
    scheduler().advance_time(time);
    run();
  }

  steady_time now() { return clock().now(); }

  [[nodiscard]] const std::shared_ptr<probe::probe_board>& probes() const { return config.probes; }

  /// Sends and lets everybody act.
  template <class Handle, class... Ts>
  void tell(const Handle& receiver, Ts&&... content) {
    caf::anon_send(receiver, std::forward<Ts>(content)...);
    run();
  }

  /// What `receiver` says against doing it; empty if it does it.
  template <class Handle, class... Ts>
  std::string refusal_of(const Handle& receiver, Ts&&... request) {
    std::string result;
    auto answer = director->request(receiver, caf::infinite, std::forward<Ts>(request)...);
    run();
    answer.receive([] {}, [&](const caf::error& error) { result = system.render(error); });
    return result;
  }

  /// Asks for a report and returns it.
  template <class Report, class Handle, class... Ts>
  Report ask(const Handle& receiver, Ts&&... question) {
    Report result{};
    auto answer = director->request(receiver, caf::infinite, std::forward<Ts>(question)...);
    run();
    answer.receive(
        [&](Report& report) { result = std::move(report); },
        [&](const caf::error& error) { throw std::runtime_error{system.render(error)}; });
    return result;
  }

 private:
  struct testing_config : runtime::actor_system_config {
    testing_config() {
      set("scheduler.policy", caf::atom("testing"));
      probes = std::make_shared<probe::probe_board>();
    }
  };

  caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  }
  caf::detail::test_actor_clock& clock() { return scheduler().clock(); }

  void end_all(caf::exit_reason reason) {
    for (const auto& actor : cast) caf::anon_send_exit(actor, reason);
    run();
  }

  testing_config config;
  std::vector<caf::actor> cast;

 public:
  caf::actor_system system;
  caf::scoped_actor director;
};

}  // namespace troupe::test
