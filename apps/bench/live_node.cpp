#include "apps/bench/live_node.hpp"

#include <algorithm>
#include <csignal>
#include <stop_token>
#include <thread>

#include <unistd.h>

#include "apps/bench/node_process.hpp"
#include "apps/bench/process_cost.hpp"

namespace troupe::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 5ms;
/// The first frames find cold caches and a fresh encoder.
constexpr auto warm_up = 500ms;

/// What a node has done and cost so far.
struct reading {
  std::uint64_t frames = 0;
  process_cost cost;

  static reading of(const node_tree& tree) {
    return {.frames = tree.sound().report().frames_produced, .cost = process_cost::now()};
  }
};

void await_clients(const node_tree& tree, std::size_t count, const std::stop_token& stop) {
  while (tree.memory().audience->size() < count && !stop.stop_requested())
    std::this_thread::sleep_for(look_interval);
}

nlohmann::json cost_between(const reading& began, const reading& ended) {
  const std::chrono::duration<double> cpu = ended.cost.cpu - began.cost.cpu;
  const std::chrono::duration<double> time = ended.cost.when - began.cost.when;
  const auto frames = std::max<std::uint64_t>(ended.frames - began.frames, 1);
  return {{"frames_encoded", ended.frames - began.frames},
          {"cpu_us_per_frame", 1e6 * cpu.count() / static_cast<double>(frames)},
          {"cpu_percent", 100 * cpu.count() / time.count()}};
}

}  // namespace

nlohmann::json serve_live(const stream_plan& plan, const codec_settings& codec) {
  auto settings = quiet_settings(plan.socket);
  settings.source = tone_source{};
  settings.codec = codec;
  node_process process{settings};
  reading began;
  reading ended;
  std::jthread watcher{[&](const std::stop_token& stop) {
    await_clients(process.tree(), plan.clients(), stop);
    std::this_thread::sleep_for(warm_up);
    began = reading::of(process.tree());
    std::this_thread::sleep_for(plan.frames * plan.period);
    ended = reading::of(process.tree());
    ::kill(::getpid(), SIGTERM);  // which ends a node in good order
  }};
  static_cast<void>(process.run());
  watcher.request_stop();
  watcher.join();
  return cost_between(began, ended);
}

}  // namespace troupe::bench
