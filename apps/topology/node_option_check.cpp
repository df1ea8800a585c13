#include "apps/topology/node_option_check.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/node/node_options.hpp"
#include "protocol/failure.hpp"

namespace troupe::topology {
namespace {

/// What a run gives each node by itself.
constexpr std::array<std::string_view, 9> given_by_the_run{
    "--source", "--config", "--duration", "--json",        "--socket",
    "--listen", "--name",   "--insecure", "--allow-faults"};

}  // namespace

std::optional<std::string> complaint_about_options(const std::vector<std::string>& options) {
  for (const auto& option : options) {
    const auto name = option.substr(0, option.find('='));
    if (std::find(given_by_the_run.begin(), given_by_the_run.end(), name) != given_by_the_run.end())
      return fmt::format("{} is for the run to decide on; take it away", name);
  }
  node_options read;
  CLI::App app{"", "troupe-node"};
  app.set_help_flag();  // it is no option of a node that is to run
  declare_node_options(app, read);
  try {
    app.parse(std::vector<std::string>{options.rbegin(), options.rend()});
    refuse_contradictions(read);
  } catch (const CLI::ParseError& error) {
    return error.what();
  } catch (const failure& error) {
    return error.what();
  }
  return std::nullopt;
}

}  // namespace troupe::topology
