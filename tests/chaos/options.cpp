#include "tests/chaos/options.hpp"

#include <random>

#include <CLI/CLI.hpp>

#include "apps/common/command_line.hpp"
#include "apps/common/duration_option.hpp"

namespace troupe::chaos {
namespace {

constexpr const char* description =
    "Runs a node with listeners on recorded speech, injects faults into its actors and judges what "
    "the listeners heard.";

constexpr const char* footer_text = R"(
The first two seconds are without faults, to see that nothing is missed then. After that, at each
interval, one actor is killed, throws, or hangs for 10 to 150 ms. The seed decides which, how and
when (by up to a frame's duration).
The listeners send nothing. One whose own connection was hit comes back; it is left out of the
figures until then. With an interval under 200 ms, faults overlap; then missed frames are told but
not judged.

The table tells, for each target and kind of fault:
  missed      frames that the worst-off listener missed, from the fault to the next fault
  next frame  from the fault until the worst-off listener heard a frame again. Frames are 20 ms
              apart: a fault without any effect has 10 ms on average, 20 at most.

Exit status 0: all that must hold did. 1: something did not; there is a line for each, and the
node's log is kept in a file.
)";

/// Kept short enough to be typed again.
std::uint64_t random_seed() { return std::random_device{}(); }

}  // namespace

std::optional<chaos_options> read_options(int count, const char* const* arguments) {
  chaos_options options;
  std::int64_t seconds = options.duration.count();
  std::optional<std::uint64_t> seed;
  CLI::App app{description, "troupe-chaos"};
  app.footer(footer_text);
  app.add_option("--seconds", seconds, "Inject faults for so long [60]")
      ->check(CLI::Range(1, 1'000'000).description(""))
      ->type_name("S");
  app.add_option("--seed", seed, "Decides on the faults; printed first [random]")->type_name("N");
  app.add_option("--listeners", options.listeners, "How many listen, 1 to 500 [8]")
      ->check(CLI::Range(1, 500).description(""))
      ->type_name("N");
  add_duration_option(app, "--interval", options.interval, "From one fault to the next [250ms]");
  app.add_flag("--json", options.json,
               "Print the figures as one JSON object on the last line of stdout");
  if (!parse_command_line(app, count, arguments)) return std::nullopt;
  options.duration = std::chrono::seconds{seconds};
  options.seed = seed ? *seed : random_seed();
  return options;
}

}  // namespace troupe::chaos
