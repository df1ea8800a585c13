#include "apps/topology/topology_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <toml.hpp>

#include "apps/topology/expectations_section.hpp"
#include "apps/topology/fault_text.hpp"
#include "apps/topology/link_section.hpp"
#include "apps/topology/node_graph.hpp"
#include "apps/topology/shape_sections.hpp"
#include "apps/topology/toml_section.hpp"
#include "protocol/failure.hpp"

namespace troupe::topology {
namespace {

/// More than any run has use for; each is a record of its own.
constexpr std::uint64_t most_repetitions = 1000;

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why) {
  throw failure{failure_kind::bad_config,
                fmt::format("the topology \"{}\" {}", path.string(), why)};
}

std::string content_of(const std::filesystem::path& path) {
  std::error_code unseen;  // what is wrong with the path shows when it is opened
  if (std::filesystem::is_directory(path, unseen)) refuse(path, "is a directory; name a file");
  std::ifstream file{path, std::ios::binary};
  if (!file)
    refuse(path, fmt::format("cannot be read: {}; check its path",
                             std::generic_category().message(errno)));
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

toml::value parse(const std::string& text, const std::filesystem::path& path) {
  std::istringstream stream{text};
  try {
    return toml::parse(stream, path.string());
  } catch (const std::exception& error) {
    refuse(path, fmt::format("is not TOML: {}", error.what()));
  }
}

planned_node read_node(toml_section section, const expectations& expected) {
  planned_node node;
  node.name = section.required_text("name");
  node.source = section.text("source").value_or("");
  for (auto& upstream : section.texts("upstreams"))
    node.upstreams.push_back({.upstream = std::move(upstream), .quality = {}});
  node.options = section.texts("options");
  node.expected = expected.of_nodes;
  if (auto own = section.section("expect"))
    node.expected = read_node_expectations(*std::move(own), node.expected);
  section.finish();
  return node;
}

planned_listener read_listener(toml_section section, const expectations& expected) {
  planned_listener listener;
  listener.node = section.required_text("node");
  listener.name = section.text("name").value_or(usual_listener_name(listener.node));
  if (const auto count = section.whole_number("count")) listener.count = *count;
  listener.over_link = is_over_link(section);
  listener.expected = expected.of_listeners;
  if (auto own = section.section("expect"))
    listener.expected = read_listener_expectations(*std::move(own), listener.expected);
  section.finish();
  return listener;
}

fault_kind read_kind(toml_section& section) {
  const auto name = section.required_text("kind");
  const auto kind = fault_kind_named(name);
  if (!kind)
    section.refuse(
        "kind", fmt::format("is one of {}, not \"{}\"", fmt::join(fault_kind_names(), ", "), name));
  return *kind;
}

/// Adds a fault as often as it says.
void read_fault(toml_section section, plan& planned) {
  planned_fault fault;
  const auto at = section.milliseconds("at");
  if (!at) section.refuse("has no at; say when it begins, such as at = \"5s\"");
  fault.at = *at;
  fault.kind = read_kind(section);
  fault.node = section.required_text("node");
  fault.upstream = section.text("upstream").value_or("");
  fault.actor = section.text("actor").value_or("");
  fault.lasts = section.milliseconds("lasts");
  read_quality(section).apply_to(fault.quality);
  const auto every = section.milliseconds("every");
  const auto times = section.whole_number("times");
  section.finish();
  if (every.has_value() != times.has_value())
    section.refuse(
        "has only one of every and times; say how long it is from one begin to the next, "
        "and how often");
  if (times && (*times == 0 || *times > most_repetitions))
    section.refuse("times", fmt::format("is a number from 1 to {}", most_repetitions));
  for (std::uint64_t i = 0; i < times.value_or(1); ++i) {
    planned.faults.push_back(fault);
    fault.at += every.value_or(std::chrono::milliseconds{0});
  }
}

plan read_plan(toml_section file, const std::string& usual_name) {
  plan planned;
  planned.name = file.text("name").value_or(usual_name);
  const auto duration = file.milliseconds("duration");
  if (!duration) file.refuse("has no duration; add duration = \"20s\", or another time");
  planned.duration = *duration;
  expectations expected;
  if (auto section = file.section("expect")) expected = read_expectations(*std::move(section));
  for (auto& each : file.sections("node"))
    planned.nodes.push_back(read_node(std::move(each), expected));
  for (auto& each : file.sections("tree")) read_tree(std::move(each), expected, planned);
  for (auto& each : file.sections("chain")) read_chain(std::move(each), expected, planned);
  for (auto& each : file.sections("star")) read_star(std::move(each), expected, planned);
  for (auto& each : file.sections("link")) read_link(std::move(each), planned);
  for (auto& each : file.sections("listener"))
    planned.listeners.push_back(read_listener(std::move(each), expected));
  for (auto& each : file.sections("fault")) read_fault(std::move(each), planned);
  file.finish();
  return planned;
}

}  // namespace

plan read_topology(const std::filesystem::path& path) {
  return parse_topology(content_of(path), path);
}

plan parse_topology(const std::string& text, const std::filesystem::path& path) {
  const auto content = parse(text, path);
  auto planned = read_plan(toml_section{path.string(), "", content}, path.stem().string());
  mend_order(planned);
  std::stable_sort(planned.faults.begin(), planned.faults.end(),
                   [](const auto& one, const auto& other) { return one.at < other.at; });
  return planned;
}

}  // namespace troupe::topology
