#include "apps/bench/options.hpp"

#include <algorithm>
#include <cstdint>

#include <CLI/CLI.hpp>

#include "apps/common/command_line.hpp"
#include "apps/common/exit_status.hpp"
#include "apps/common/number_option.hpp"
#include "apps/common/version.hpp"

namespace troupe::bench {
namespace {

constexpr const char* description =
    "Measures Troupe's delivery against the floor: what the kernel alone takes for the same.";

constexpr const char* footer_text = R"(
Troupe is a node with all its actors; in the place of its source, one that makes frames without
encoding. The floor is one thread that waits, makes a frame and calls sendmsg once for each client.
Both send the same frames (337 bytes on the wire) at the same pace over Unix sockets to the same
reader. Server and reader run in processes of their own, the two servers in turn, the order swapped
each round.

Scenarios:
  latency     one client, a frame each --period-us
  throughput  one client, as fast as the frames are taken; 500,000 frames for each second asked for
  fanout      --clients clients, 50 frames a second
  isolation   100 clients, 50 frames a second: Troupe alone, without and with 20 more clients that
              never read, which are to be closed 2 seconds after they take nothing more
  encode      a whole node that makes a tone and encodes it (20 ms, 96 kbit/s, complexity 10) in
              real time for one client, against a loop that does nothing but make the same tone and
              encode it, with the same settings of libopus, at the same pace
  link        a frame each --period-us from a node to a listener that has linked to it over TCP,
              against a bare program that sends as much and has it sent back: one way of Troupe's
              against both of the floor's
  link-veth   the same from one network namespace to another; needs root, and is not one of all
  link-tls    the first link, plain and with TLS
  link-throughput
              a link as fast as the frames are taken, plain and with TLS; 50,000 frames for each
              second asked for
What it costs to look at a node (not among all):
  probe       latency without and with the probes that take down what each actor does
  probe-throughput
              throughput without and with them
  inspected   fanout without and with three inspectors that watch the node

Figures, each the median of all rounds; the ratio is Troupe's to the floor's:
  p50_us, p99_us, p999_us  from the making of a frame until the reader's read returns; over a link
                           until it is unpacked, as troupe-listen has it
  cpu_us_per_frame         CPU time of the server process, the kernel's for it included, for each
                           frame that was delivered (each that was encoded)
  unpaced_cpu_us_per_frame what the bare encoder takes as fast as it goes, with warm caches
  overhead_us_per_frame    what a live node's frame takes above the bare encoder's
  frames_per_s             delivered, until all are read
  cpu_percent              of one core, by the server process
  kib_per_client           growth of the server's resident memory; the kernel's socket buffers are
                           not in it
  frames_delivered         taken by the kernel, counted for each client
  frames_dropped           not taken, for whatever cause
  frames_lost              by the clients that read: sent to them, and not read
  clients_timed_out        closed since they took nothing

With --json, the last line of standard output is one object: by scenario, objects "floor", "troupe"
and "ratio" with these figures ("without_stalled", "with_stalled" and "ratio" for isolation; "plain",
"tls" and "ratio" where TLS is looked at).

Examples:
  troupe-bench                                 all scenarios, about five minutes
  troupe-bench latency throughput --rounds 9   two of them, with more rounds
  troupe-bench fanout --clients 5000           many clients (each takes a descriptor)
  troupe-bench --json > before.json            keep the figures, ...
  troupe-bench --compare before.json           ... and see what has changed since

)";

constexpr const char* all_of_them = "all";

std::vector<std::string> scenario_names() {
  std::vector<std::string> names{all_of_them};
  names.reserve(all_scenarios.size() + 1);
  for (const auto each : all_scenarios) names.emplace_back(to_string(each));
  return names;
}

/// Each once, in the order named.
std::vector<scenario> scenarios_named(const std::vector<std::string>& names) {
  std::vector<scenario> result;
  const auto add = [&](scenario added) {
    if (std::find(result.begin(), result.end(), added) == result.end()) result.push_back(added);
  };
  for (const auto& name : names)
    for (const auto each : all_scenarios)
      if (name == to_string(each) || (name == all_of_them && is_one_of_all(each))) add(each);
  return result;
}

}  // namespace

std::optional<bench_options> read_options(int count, const char* const* arguments) {
  bench_options options;
  std::vector<std::string> names{all_of_them};
  std::int64_t period_us = options.period.count();
  std::int64_t seconds = options.duration.count();

  CLI::App app{description, "troupe-bench"};
  app.set_version_flag("--version", version_line("troupe-bench"));
  app.footer(footer_text + std::string{exit_status_help()});
  limit_to(scenario_names(), app.add_option("SCENARIO,--scenario", names, "What to measure [all]"));
  add_number_option(
      app, "--period-us", period_us, 100, 1'000'000,
      "In latency and links, microseconds from frame to frame, 100 to 1000000 [5000]");
  add_number_option(app, "--clients", options.clients, 1, 100'000, "Clients in fanout [1000]");
  add_number_option(app, "--seconds", seconds, 1, 3600,
                    "Length of each run; 5 at least in isolation [4]");
  add_number_option(app, "--rounds", options.rounds, 1, 1000,
                    "How often each side is measured [5]");
  app.add_flag("--json", options.json,
               "Print the figures as one JSON object on the last line of stdout");
  app.add_option("--compare", options.compare_file,
                 "Set the figures beside those of an earlier run, from a file with what --json "
                 "printed")
      ->type_name("FILE");
  if (!parse_command_line(app, count, arguments)) return std::nullopt;

  options.scenarios = scenarios_named(names);
  options.period = std::chrono::microseconds{period_us};
  options.duration = std::chrono::seconds{seconds};
  return options;
}

}  // namespace troupe::bench
