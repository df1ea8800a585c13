#include "apps/bench/scenarios.hpp"

#include <algorithm>
#include <filesystem>
#include <thread>
#include <utility>

#include "actors/network/tcp_socket.hpp"
#include "apps/bench/bare_encoder.hpp"
#include "apps/bench/floor_server.hpp"
#include "apps/bench/forked.hpp"
#include "apps/bench/link_ends.hpp"
#include "apps/bench/live_node.hpp"
#include "apps/bench/ping_pong.hpp"
#include "apps/bench/streaming.hpp"
#include "apps/bench/troupe_server.hpp"
#include "apps/node/trial_certificates.hpp"
#include "apps/topology/running/network_namespaces.hpp"
#include "apps/topology/running/runner.hpp"
#include "protocol/failure.hpp"

namespace troupe::bench {
namespace {

using namespace std::chrono_literals;

/// Of live sound: 50 frames a second.
constexpr std::chrono::nanoseconds live_period = 20ms;
/// Some 4 s at the floor take 2 s or less in batches.
constexpr std::uint64_t unpaced_frames_per_s = 500'000;
constexpr std::uint64_t unpaced_link_frames_per_s = 50'000;

constexpr std::size_t good_clients = 100;
constexpr std::size_t bad_clients = 20;
constexpr std::chrono::nanoseconds short_write_timeout = 2s;
/// A second or so until the buffers of those who never read are full, then the write timeout.
constexpr std::chrono::seconds shortest_isolation = 5s;

constexpr auto floor_name = "floor";
constexpr auto troupe_name = "troupe";
constexpr auto plain_name = "plain";
constexpr auto tls_name = "tls";

constexpr auto unprobed_name = "not_probed";
constexpr auto probed_name = "probed";
constexpr std::size_t watching_inspectors = 3;

stream_plan unprobed(stream_plan plan) {
  plan.probes_actors = false;
  return plan;
}

codec_settings best_codec() {
  codec_settings codec;
  codec.complexity = 10;
  return codec;
}

/// What a frame of the node's costs above the floor's, beside its other figures.
void add_overhead(nlohmann::ordered_json& result) {
  constexpr auto cost = "cpu_us_per_frame";
  const auto of = [&](const char* side) { return result.at(side).at(cost).get<double>(); };
  const auto overhead = of(troupe_name) - of(floor_name);
  result[troupe_name]["overhead_us_per_frame"] = rounded(overhead);
}

}  // namespace

scenario_runner::scenario_runner(const bench_options& options, const ending_signals& signals,
                                 std::function<void(std::string_view)> tell)
    : options_(options), signals_(signals), tell_(std::move(tell)) {}

report scenario_runner::run() {
  auto measured = report::object();
  for (const auto each : options_.scenarios) measured[std::string{to_string(each)}] = run(each);
  return measured;
}

nlohmann::ordered_json scenario_runner::run(scenario which) const {
  switch (which) {
    case scenario::latency:
      return latency();
    case scenario::throughput:
      return throughput();
    case scenario::fanout:
      return fanout();
    case scenario::isolation:
      return isolation();
    case scenario::encode:
      return encode();
    case scenario::link:
      return link();
    case scenario::link_veth:
      return link_veth();
    case scenario::link_tls:
      return link_tls();
    case scenario::link_throughput:
      return link_throughput();
    case scenario::probe:
      return probe();
    case scenario::probe_throughput:
      return probe_throughput();
    case scenario::inspected:
      return inspected();
  }
  return nullptr;
}

nlohmann::ordered_json scenario_runner::latency() const {
  const auto plan = plan_for(options_.duration, options_.period);
  return paced("latency", floor(plan), troupe(plan, troupe_name));
}

/// How long frames take, one each period.
nlohmann::ordered_json scenario_runner::paced(const std::string& name, contender first,
                                              contender second) const {
  auto result =
      run_rounds({.name = name,
                  .first = std::move(first),
                  .second = std::move(second),
                  .figures = {"p50_us", "p99_us", "p999_us", "cpu_us_per_frame", "frames_lost"},
                  .headline = "p50_us"},
                 options_.rounds, tell_);
  result[settings_key] = settings_with(options_.duration);
  result[settings_key]["period_us"] = options_.period.count();
  return result;
}

nlohmann::ordered_json scenario_runner::throughput() const {
  const auto plan = unpaced_plan();
  return unpaced("throughput", floor(plan), troupe(plan, troupe_name));
}

/// How many frames there are in a second.
nlohmann::ordered_json scenario_runner::unpaced(const std::string& name, contender first,
                                                contender second) const {
  auto result = run_rounds({.name = name,
                            .first = std::move(first),
                            .second = std::move(second),
                            .figures = {"frames_per_s", "cpu_us_per_frame", "frames_delivered",
                                        "frames_dropped", "frames_lost"},
                            .headline = "frames_per_s"},
                           options_.rounds, tell_);
  result[settings_key] = settings_with(options_.duration);
  return result;
}

nlohmann::ordered_json scenario_runner::fanout() const {
  const auto plan = crowd_plan();
  return crowded("fanout", floor(plan), troupe(plan, troupe_name));
}

/// Many clients of live sound.
nlohmann::ordered_json scenario_runner::crowded(const std::string& name, contender first,
                                                contender second) const {
  auto result = run_rounds({.name = name,
                            .first = std::move(first),
                            .second = std::move(second),
                            .figures = {"p50_us", "p99_us", "cpu_percent", "kib_per_client",
                                        "frames_delivered", "frames_dropped", "frames_lost"},
                            .headline = "p99_us"},
                           options_.rounds, tell_);
  result[settings_key] = settings_with(options_.duration);
  result[settings_key]["clients"] = options_.clients;
  return result;
}

nlohmann::ordered_json scenario_runner::probe() const {
  const auto with = plan_for(options_.duration, options_.period);
  return paced("probe", troupe(unprobed(with), unprobed_name), troupe(with, probed_name));
}

nlohmann::ordered_json scenario_runner::probe_throughput() const {
  const auto with = unpaced_plan();
  return unpaced("probe-throughput", troupe(unprobed(with), unprobed_name),
                 troupe(with, probed_name));
}

nlohmann::ordered_json scenario_runner::inspected() const {
  const auto without = crowd_plan();
  auto with = without;
  with.inspectors = watching_inspectors;
  return crowded("inspected", troupe(without, "not_inspected"), troupe(with, "inspected"));
}

nlohmann::ordered_json scenario_runner::isolation() const {
  const auto duration = std::max(options_.duration, shortest_isolation);
  auto without = plan_for(duration, live_period);
  without.listeners = good_clients;
  without.write_timeout = short_write_timeout;
  auto with = without;
  with.stalled = bad_clients;
  auto result =
      run_rounds({.name = "isolation",
                  .first = troupe(without, "without_stalled"),
                  .second = troupe(with, "with_stalled"),
                  .figures = {"p50_us", "p99_us", "p999_us", "frames_lost", "clients_timed_out"},
                  .headline = "p99_us"},
                 options_.rounds, tell_);
  result[settings_key] = settings_with(duration);
  return result;
}

nlohmann::ordered_json scenario_runner::encode() const {
  const auto plan = plan_for(options_.duration, live_period);
  const auto encode_alone = [this, frames = plan.frames] {
    forked encoding{"bare encoder", [&] { return encode_bare(best_codec(), frames, live_period); }};
    return results_of({&encoding}, 60s + 2 * frames * live_period, signals_).front();
  };
  const auto serve = [](const stream_plan& its, shared_progress& /*progress*/) {
    return serve_live(its, best_codec());
  };
  auto result = run_rounds(
      {.name = "encode",
       .first = {.name = floor_name, .measure = encode_alone},
       .second = {.name = troupe_name,
                  .measure = [this, plan,
                              serve] { return stream("live node", serve, plan, signals_); }},
       .figures = {"cpu_us_per_frame", "unpaced_cpu_us_per_frame", "cpu_percent"},
       .headline = "cpu_us_per_frame"},
      options_.rounds, tell_);
  add_overhead(result);
  result[settings_key] = settings_with(options_.duration);
  return result;
}

/// Both over TCP, from loopback to loopback.
nlohmann::ordered_json scenario_runner::link() const {
  return link_beside_ping_pong("link", link_plan_for(options_.period));
}

/// The same from one network namespace to another.
nlohmann::ordered_json scenario_runner::link_veth() const {
  if (!topology::can_isolate())
    throw failure{
        failure_kind::not_permitted,
        "link-veth needs network namespaces, and this process may not make any; run it as "
        "root, or name the other scenarios"};
  const topology::network_namespaces hosts{2};
  auto plan = link_plan_for(options_.period);
  plan.link->host = topology::network_namespaces::address(0);
  plan.namespaces = {hosts.host(0), hosts.host(1)};
  return link_beside_ping_pong("link-veth", plan);
}

nlohmann::ordered_json scenario_runner::link_beside_ping_pong(const std::string& name,
                                                              const stream_plan& plan) const {
  const auto ping_pong = [this, plan] {
    shared_progress progress;
    forked echoing{"echo", [&] {
                     go_to(link_end::publisher, plan);
                     const auto listener = network::listen_at(
                         *network::parse_endpoint(plan.link->host, plan.link->port));
                     progress.frames_read().store(1, std::memory_order_release);
                     return echo(listener);
                   }};
    for (int i = 0; i < 5000 && progress.frames_read().load(std::memory_order_acquire) == 0; ++i)
      std::this_thread::sleep_for(1ms);  // whoever does not listen by then fails by itself
    forked pinging{"ping", [&] {
                     go_to(link_end::subscriber, plan);
                     return ping(plan);
                   }};
    return results_of({&echoing, &pinging}, 60s + 2 * plan.frames * plan.period, signals_).back();
  };
  return paced(name, {.name = floor_name, .measure = ping_pong}, troupe(plan, troupe_name));
}

nlohmann::ordered_json scenario_runner::link_tls() const {
  const auto plan = link_plan_for(options_.period);
  return paced("link-tls", troupe(plan, plain_name), troupe(secured(plan), tls_name));
}

nlohmann::ordered_json scenario_runner::link_throughput() const {
  auto plan = link_plan_for(0ns);
  plan.frames = static_cast<std::uint64_t>(options_.duration.count()) * unpaced_link_frames_per_s;
  auto result = run_rounds({.name = "link-throughput",
                            .first = troupe(plan, plain_name),
                            .second = troupe(secured(plan), tls_name),
                            .figures = {"frames_per_s", "cpu_us_per_frame", "frames_lost"},
                            .headline = "frames_per_s"},
                           options_.rounds, tell_);
  result[settings_key] = settings_with(options_.duration);
  return result;
}

stream_plan scenario_runner::unpaced_plan() const {
  auto plan = plan_for(options_.duration, 0ns);
  plan.frames = static_cast<std::uint64_t>(options_.duration.count()) * unpaced_frames_per_s;
  return plan;
}

stream_plan scenario_runner::crowd_plan() const {
  auto plan = plan_for(options_.duration, live_period);
  plan.listeners = options_.clients;
  return plan;
}

/// `period` 0: without frames, for the caller to say how many.
stream_plan scenario_runner::plan_for(std::chrono::nanoseconds duration,
                                      std::chrono::nanoseconds period) const {
  stream_plan plan;
  plan.socket = directory_.file("socket");
  plan.period = period;
  if (period > 0ns)
    plan.frames = std::max<std::uint64_t>(static_cast<std::uint64_t>(duration / period), 1);
  return plan;
}

/// Over TCP, at a port of loopback that nobody else has.
stream_plan scenario_runner::link_plan_for(std::chrono::nanoseconds period) const {
  auto plan = plan_for(options_.duration, period);
  const auto door = network::listen_at(network::parse_endpoint("127.0.0.1", 0).value());
  plan.link = network::describe(network::local_endpoint(door.get()));
  return plan;
}

/// Both ends show a certificate of one authority, which is made when it is first asked for.
stream_plan scenario_runner::secured(stream_plan plan) const {
  const auto directory = directory_.file("certificates");
  if (!std::filesystem::exists(directory)) static_cast<void>(make_trial_certificates(directory));
  const auto file = [&](const char* name) { return directory + '/' + name; };
  plan.tls = {
      .certificate = file("node-a.crt"), .key = file("node-a.key"), .authority = file("ca.crt")};
  return plan;
}

contender scenario_runner::floor(const stream_plan& plan) const {
  const auto serve = [](const stream_plan& its, shared_progress& /*progress*/) {
    return serve_floor(its);
  };
  return {.name = floor_name,
          .measure = [this, plan, serve] { return stream("floor", serve, plan, signals_); }};
}

contender scenario_runner::troupe(const stream_plan& plan, const std::string& name) const {
  return {.name = name,
          .measure = [this, plan] { return stream("node", serve_troupe, plan, signals_); }};
}

nlohmann::ordered_json scenario_runner::settings_with(std::chrono::seconds duration) const {
  return {{"rounds", options_.rounds}, {"seconds", duration.count()}};
}

}  // namespace troupe::bench
