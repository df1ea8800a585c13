#include "apps/topology/running/runner.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/topology/running/fault_schedule.hpp"
#include "apps/topology/running/link_filter.hpp"
#include "apps/topology/running/network_namespaces.hpp"
#include "apps/topology/running/plan_links.hpp"
#include "apps/topology/running/recoveries.hpp"
#include "apps/topology/running/run_programs.hpp"
#include "protocol/failure.hpp"

namespace troupe::topology {
namespace {

using namespace std::chrono_literals;

constexpr auto patience_for_start = 15s;
constexpr auto look_interval = 100ms;

struct made_network {
  std::unique_ptr<run_network> network;
  bool is_isolated = false;
};

made_network make_network(const plan& planned, const run_settings& settings) {
  if (settings.isolated && can_isolate())
    return {.network = make_isolated_network(planned, settings.seed), .is_isolated = true};
  if (settings.isolated)
    settings.tell("no network namespaces can be made here: all runs on loopback");
  return {.network = make_loopback_network(planned, settings.seed), .is_isolated = false};
}

/// One run, from the start of its processes to their end.
class running_topology {
 public:
  running_topology(const plan& planned, const run_settings& settings)
      : planned_(planned),
        settings_(settings),
        files_(settings.directory),
        made_(make_network(planned, settings)),
        programs_(planned_, settings_.programs, files_, *made_.network),
        faults_(planned,
                {.nodes = nodes_,
                 .network = *made_.network,
                 .orders_at =
                     [this](std::size_t node) { return files_.orders(planned_.nodes[node].name); },
                 .tell = settings.tell}) {
    for (std::size_t i = 0; i < planned.nodes.size(); ++i) nodes_.push_back(programs_.make_node(i));
  }

  outcome run() {
    start_nodes();
    start_listeners();
    if (!is_stopped_) live();
    end_all();
    return summarize();
  }

 private:
  void start_nodes() {
    for (std::size_t i = 0; i < nodes_.size() && !is_stopped_; ++i) {
      auto& node = *nodes_[i];
      const auto& name = planned_.nodes[i].name;
      settings_.tell(fmt::format("{} is started", name));
      node.start();
      const bool settled = await([&] { return node.serves() || !node.runs(); }, patience_for_start);
      if (is_stopped_ || node.serves()) continue;
      throw failure{failure_kind::no_node,
                    fmt::format("the node {} {}; see {}, which ends: {}", name,
                                settled ? "ended at once" : "did not get to serve others",
                                files_.file(name, ".log").string(), node.last_words())};
    }
  }

  void start_listeners() {
    for (std::size_t i = 0; i < planned_.listeners.size(); ++i)
      for (std::size_t number = 0; number < planned_.listeners[i].count && !is_stopped_; ++number)
        listeners_.push_back(programs_.start_listener(i, number));
    for (const auto& listener : listeners_) await_sound(*listener);
  }

  void await_sound(running_listener& listener) {
    static_cast<void>(
        await([&] { return listener.hears() || !listener.runs(); }, patience_for_start));
    if (is_stopped_ || listener.hears()) return;
    throw failure{
        failure_kind::no_node,
        fmt::format("the listener {} hears nothing; see {}, which ends: {}", listener.name(),
                    files_.file(listener.name(), ".log").string(), listener.last_words())};
  }

  /// Waits for `condition`, unless the run is to stop. Returns whether it holds.
  bool await(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
    bool holds = false;
    static_cast<void>(holds_within(limit, [&] {
      is_stopped_ = is_stopped_ || settings_.is_to_stop();
      holds = condition();
      return holds || is_stopped_;
    }));
    return holds;
  }

  void live() {
    settings_.tell(fmt::format("all {} nodes and {} listeners are there: the run begins",
                               nodes_.size(), listeners_.size()));
    begin_ = unix_now();
    const auto begin = std::chrono::steady_clock::now();
    for (const auto& node : nodes_) node->begin_time();
    auto next_look = begin;
    static_cast<void>(await(
        [&] {
          const auto now = std::chrono::steady_clock::now();
          duration_ = std::chrono::duration_cast<run_time>(now - begin);
          if (duration_ >= planned_.duration) return true;
          faults_.advance(duration_);
          if (now < next_look) return false;
          next_look = now + look_interval;
          for (const auto& node : nodes_) node->look();
          return false;
        },
        planned_.duration + 1s));
    for (const auto& node : nodes_) node->end_time();
  }

  /// Listeners first: the nodes' end is nothing to be heard. Then from the last relay upwards.
  void end_all() {
    settings_.tell("the run ends");
    for (const auto& listener : listeners_) listener->end_in_order();
    for (const auto& listener : listeners_) listener->finish();
    for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) (*node)->end_in_order();
    for (const auto& node : nodes_) node->finish();
  }

  [[nodiscard]] outcome summarize() const {
    outcome result;
    result.seed = settings_.seed;
    result.isolated = made_.is_isolated;
    result.duration = duration_;
    result.faults = faults_.done();
    for (const auto& listener : listeners_) {
      result.listeners.push_back(listener->outcome(begin_));
      auto& heard = result.listeners.back();
      heard.recoveries = recoveries_of(heard.spans, result.faults, duration_);
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      result.nodes.push_back(nodes_[i]->outcome(duration_));
      result.nodes.back().hops = hops_of(planned_, i);
    }
    return result;
  }

  const plan& planned_;
  const run_settings& settings_;
  run_files files_;
  made_network made_;
  run_programs programs_;
  std::vector<std::unique_ptr<running_node>> nodes_;
  std::vector<std::unique_ptr<running_listener>> listeners_;
  fault_schedule faults_;
  bool is_stopped_ = false;
  unix_time begin_{};
  run_time duration_{0};
};

}  // namespace

outcome run(const plan& planned, const run_settings& settings) {
  auto complete = settings;
  if (!complete.tell) complete.tell = [](std::string_view) {};
  if (!complete.is_to_stop) complete.is_to_stop = [] { return false; };
  return running_topology{planned, complete}.run();
}

bool can_isolate() try {
  const network_namespaces trial{1};
  set_droppings({{.one = trial.address(0), .other = trial.address(1), .share = 0.5}},
                trial.bridge());
  return true;
} catch (const failure&) {
  return false;
}

}  // namespace troupe::topology
