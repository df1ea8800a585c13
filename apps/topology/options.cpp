#include "apps/topology/options.hpp"

#include <cstdint>
#include <limits>

#include <CLI/CLI.hpp>

#include "apps/common/command_line.hpp"
#include "apps/common/duration_option.hpp"
#include "apps/common/exit_status.hpp"
#include "apps/common/log.hpp"
#include "apps/common/number_option.hpp"
#include "apps/common/version.hpp"
#include "protocol/failure.hpp"

namespace troupe::topology {
namespace {

constexpr const char* description =
    "Runs whole topologies of audio nodes, lets things go wrong in them, and says what was heard.";

constexpr const char* footer_text = R"(
A topology is a TOML file: nodes, which of them has its sound from which, listeners, what goes wrong
when, and what must hold all the same. `run` starts all of it on this machine, each node in a network
namespace of its own where that is permitted (as root, say), else on loopback, and judges what each
listener heard. Those that come with Troupe are in share/troupe/topologies.

Examples:
  troupe-topology run pair.toml                          run it, with a table at the end
  troupe-topology run tree-of-27.toml --picture run.svg  and when each listener heard sound
  troupe-topology run pair.toml --random-faults 20 --seed 7 --json
  troupe-topology check *.toml                           is there anything wrong with them?
  troupe-topology draw pair.toml | dot -Tsvg > pair.svg
  troupe-topology random --seed 7 > any.toml             make one up

`troupe-topology COMMAND --help` lists the options of a command.

)";

constexpr const char* unmet = "   1  run: something was not as the topology expects it\n";

constexpr std::int64_t most_faults = 10'000;
constexpr std::int64_t most_random_nodes = 30;
constexpr std::int64_t greatest_seed = std::numeric_limits<std::int64_t>::max();

/// What follows the list of all commands' options is not for that of one.
CLI::App* add_command(CLI::App& app, const char* name, const char* help) {
  auto* command = app.add_subcommand(name, help);
  command->footer("");
  return command;
}

CLI::Option* add_file(CLI::App& command, std::filesystem::path& target, const char* help) {
  return command.add_option("FILE", target, help)->type_name("FILE.toml")->required();
}

CLI::App* add_run(CLI::App& app, run_options& options, bool& on_loopback,
                  std::optional<std::chrono::nanoseconds>& duration) {
  auto* command = add_command(app, "run", "Run a topology and judge it");
  add_file(*command, options.file, "The topology");
  command->add_flag("--json", options.json,
                    "Print all that was seen as one JSON object on the last line of stdout");
  command
      ->add_option("--picture", options.picture,
                   "Draw when each listener heard sound, and the faults, into this file (SVG)")
      ->type_name("FILE.svg");
  add_number_option(*command, "--random-faults", options.random_faults, 0, most_faults,
                    "Add so many faults at random; the run lasts as long as they take, and frames, "
                    "gaps and the latency's peaks are not judged [0]");
  add_number_option(*command, "--seed", options.seed, 0, greatest_seed,
                    "Decides on what is at random; the report has it [any]");
  add_duration_option(*command, "--duration", duration, "Run so long, whatever the file says");
  command
      ->add_option("--directory", options.directory,
                   "Keep logs and time lines in this directory; without it they are kept only of a "
                   "run that failed")
      ->type_name("DIR");
  command->add_flag("--no-namespaces", on_loopback,
                    "Have all nodes on loopback, with a proxy for each link, even where network "
                    "namespaces are permitted");
  command
      ->add_option("--programs", options.programs,
                   "Where troupe-node and troupe-listen are [beside this program]")
      ->type_name("DIR");
  add_log_level_option(*command, options.log_level);
  return command;
}

CLI::App* add_check(CLI::App& app, check_options& options) {
  auto* command = add_command(app, "check", "Tell all that is wrong with topologies");
  command->add_option("FILE", options.files, "The topologies")->type_name("FILE.toml")->required();
  return command;
}

CLI::App* add_draw(CLI::App& app, draw_options& options) {
  auto* command = add_command(app, "draw", "Print a topology in Graphviz's language, for dot");
  add_file(*command, options.file, "The topology");
  return command;
}

CLI::App* add_random(CLI::App& app, random_options& options) {
  auto* command = add_command(app, "random", "Make a topology up and print it, for run");
  add_number_option(*command, "--seed", options.seed, 0, greatest_seed,
                    "Decides on all of it: the same gives the same on any machine")
      ->required();
  add_number_option(*command, "--nodes", options.nodes, 2, most_random_nodes,
                    "So many nodes, 2 to 30 [any number]");
  return command;
}

}  // namespace

std::optional<topology_options> read_options(int count, const char* const* arguments) {
  run_options run;
  bool on_loopback = false;
  std::optional<std::chrono::nanoseconds> duration;
  check_options checked;
  draw_options drawn;
  random_options random;

  CLI::App app{description, "troupe-topology"};
  app.set_version_flag("--version", version_line("troupe-topology"));
  app.footer(footer_text + exit_status_help_with(unmet));
  app.require_subcommand(1);
  const auto* run_command = add_run(app, run, on_loopback, duration);
  const auto* check_command = add_check(app, checked);
  const auto* draw_command = add_draw(app, drawn);
  add_random(app, random);
  if (!parse_command_line(app, count, arguments)) return std::nullopt;

  if (check_command->parsed()) return checked;
  if (draw_command->parsed()) return drawn;
  if (!run_command->parsed()) return random;
  run.isolated = !on_loopback;
  if (duration) {
    run.duration = std::chrono::duration_cast<std::chrono::milliseconds>(*duration);
    if (run.duration->count() == 0)
      throw failure{failure_kind::bad_value,
                    "--duration is less than a millisecond; let the run be longer"};
  }
  return run;
}

}  // namespace troupe::topology
