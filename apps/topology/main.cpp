#include <iostream>
#include <string>
#include <variant>

#include <fmt/format.h>

#include "apps/common/exit_status.hpp"
#include "apps/common/log.hpp"
#include "apps/common/signals.hpp"
#include "apps/topology/drawing.hpp"
#include "apps/topology/options.hpp"
#include "apps/topology/random_topology.hpp"
#include "apps/topology/run_command.hpp"
#include "apps/topology/topology_check.hpp"
#include "apps/topology/topology_file.hpp"
#include "apps/topology/topology_writer.hpp"
#include "protocol/failure.hpp"

namespace {

using troupe::exit_status;
using namespace troupe::topology;

void print(const std::string& text) {
  std::cout << text << std::flush;
  if (!std::cout)
    throw troupe::failure{troupe::failure_kind::output_failed,
                          "standard output could not be written to"};
}

exit_status follow(const run_options& options) {
  const troupe::ending_signals signals;
  troupe::start_log(options.log_level, false, troupe::log_writer::background);
  return run_command(options, signals);
}

/// Goes on with the next file where one is wrong.
exit_status follow(const check_options& options) {
  auto status = exit_status::ok;
  for (const auto& file : options.files) {
    try {
      const auto planned = read_topology(file);
      refuse_if_wrong(planned, file.string());
      print(fmt::format("{}: good; nodes: {}, listeners: {}, faults: {}\n", file.string(),
                        planned.nodes.size(), listeners_in(planned), planned.faults.size()));
    } catch (const troupe::failure& wrong) {
      if (wrong.kind() != troupe::failure_kind::bad_config) throw;
      std::cerr << wrong.what() << std::endl;
      status = exit_status::bad_config;
    }
  }
  return status;
}

exit_status follow(const draw_options& options) {
  const auto planned = read_topology(options.file);
  refuse_if_wrong(planned, options.file.string());
  print(draw(planned));
  return exit_status::ok;
}

exit_status follow(const random_options& options) {
  random_topology_settings settings;
  if (options.nodes) settings.least_nodes = settings.most_nodes = *options.nodes;
  print(write_topology(random_topology(options.seed, settings)));
  return exit_status::ok;
}

exit_status run(int count, const char* const* arguments) {
  const auto options = read_options(count, arguments);
  if (!options) return exit_status::ok;
  return std::visit([](const auto& command) { return follow(command); }, *options);
}

}  // namespace

int main(int count, char** arguments) {
  return troupe::run_main_with_log("troupe-topology", [&] { return run(count, arguments); });
}
