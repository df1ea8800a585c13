#include "apps/topology/running/run_programs.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "apps/topology/running/plan_links.hpp"

namespace troupe::topology {

std::unique_ptr<running_node> run_programs::make_node(std::size_t node) const {
  const auto& it = planned_.nodes.at(node);
  auto settings = settings_for("troupe-node", it.name, network_.node_namespace(node));
  auto& arguments = settings.arguments;
  arguments = {"--source", source_of(node),        "--listen", to_string(network_.node_place(node)),
               "--socket", files_.socket(it.name), "--name",   it.name,
               "--json"};
  if (network_.node_namespace(node) >= 0) arguments.emplace_back("--insecure");
  if (takes_orders(it)) arguments.emplace_back("--allow-faults");
  arguments.insert(arguments.end(), it.options.begin(), it.options.end());
  return std::make_unique<running_node>(it.name, std::move(settings));
}

std::unique_ptr<running_listener> run_programs::start_listener(std::size_t listener,
                                                               std::size_t number) const {
  const auto& it = planned_.listeners.at(listener);
  const auto node = node_index(planned_, it.node);
  const auto name = it.count == 1 ? it.name : fmt::format("{}-{}", it.name, number + 1);
  auto settings = settings_for("troupe-listen", name, network_.listeners_namespace());
  const auto target =
      it.over_link ? "troupe://" + to_string(network_.node_place(node)) : files_.socket(it.node);
  settings.arguments = {target, "--out", "null", "--json", "--no-meter", "--follow"};
  static_cast<void>(files_.fresh_file(name, ".timeline"));
  return std::make_unique<running_listener>(name, listener, std::move(settings));
}

std::string run_programs::source_of(std::size_t node) const {
  const auto links = links_of(planned_);
  std::string upstreams;
  for (std::size_t i = 0; i < links.size(); ++i)
    if (links[i].node == node)
      upstreams += fmt::format("{}troupe://{}", upstreams.empty() ? "" : ",",
                               to_string(network_.link_place(i)));
  return upstreams.empty() ? planned_.nodes.at(node).source : upstreams;
}

bool run_programs::takes_orders(const planned_node& node) const {
  return std::ranges::any_of(planned_.faults, [&](const planned_fault& fault) {
    return fault.kind == fault_kind::kill_actor && fault.node == node.name;
  });
}

child_settings run_programs::settings_for(const char* program, const std::string& name,
                                          int network_namespace) const {
  return {.program = programs_ / program,
          .arguments = {},
          .output = files_.fresh_file(name, ".json"),
          .log = files_.fresh_file(name, ".log"),
          .network_namespace = network_namespace};
}

}  // namespace troupe::topology
