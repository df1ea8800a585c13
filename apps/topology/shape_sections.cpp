#include "apps/topology/shape_sections.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/topology/link_section.hpp"

namespace troupe::topology {
namespace {

/// More processes than any machine would bear.
constexpr std::size_t most_nodes = 1000;

/// What all shapes take.
struct shape_settings {
  std::string root;
  std::string name;  ///< that of its relays begins so
  std::vector<std::string> options;
  given_quality quality;
  std::size_t listeners_per_node = 0;
  std::size_t listeners_per_leaf = 0;
  bool over_link = false;
};

/// Adds the parts of one shape to a plan.
class shape_builder {
 public:
  shape_builder(shape_settings settings, const expectations& expected, plan& planned)
      : settings_(std::move(settings)), expected_(expected), planned_(planned) {}

  [[nodiscard]] const std::string& root() const { return settings_.root; }
  [[nodiscard]] const std::string& name() const { return settings_.name; }

  void add_relay(std::string name, const std::string& upstream, bool is_leaf) {
    planned_link link{.upstream = upstream, .quality = {}};
    settings_.quality.apply_to(link.quality);
    const auto count =
        settings_.listeners_per_node + (is_leaf ? settings_.listeners_per_leaf : std::size_t{0});
    if (count > 0)
      planned_.listeners.push_back({.name = usual_listener_name(name),
                                    .node = name,
                                    .count = count,
                                    .over_link = settings_.over_link,
                                    .expected = expected_.of_listeners});
    planned_.nodes.push_back({.name = std::move(name),
                              .source = {},
                              .upstreams = {std::move(link)},
                              .options = settings_.options,
                              .expected = expected_.of_nodes});
  }

 private:
  shape_settings settings_;
  const expectations& expected_;
  plan& planned_;
};

std::size_t count_of(toml_section& section, const std::string& key, std::size_t usual) {
  const auto given = section.whole_number(key);
  return given ? static_cast<std::size_t>(*given) : usual;
}

std::size_t required_count(toml_section& section, const std::string& key) {
  const auto given = section.whole_number(key);
  if (!given) section.refuse(fmt::format("has no {0}; add {0} = 3, or another number", key));
  if (*given == 0 || *given > most_nodes)
    section.refuse(key, fmt::format("is a number from 1 to {}", most_nodes));
  return static_cast<std::size_t>(*given);
}

/// Reads what all shapes take, and adds the root where it is for this shape to do so.
shape_builder begin_shape(toml_section& section, const expectations& expected, plan& planned) {
  shape_settings settings;
  settings.root = section.required_text("root");
  settings.name = section.text("name").value_or(settings.root);
  settings.options = section.texts("options");
  settings.quality = read_quality(section);
  settings.listeners_per_node = count_of(section, "listeners_per_node", 0);
  settings.listeners_per_leaf = count_of(section, "listeners_per_leaf", 0);
  settings.over_link = is_over_link(section);
  if (auto source = section.text("source"))
    planned.nodes.push_back({.name = settings.root,
                             .source = *std::move(source),
                             .upstreams = {},
                             .options = settings.options,
                             .expected = expected.of_nodes});
  return {std::move(settings), expected, planned};
}

void refuse_large_tree(const toml_section& section, std::size_t depth, std::size_t fan_out) {
  std::size_t nodes = 0;
  std::size_t level = 1;
  for (std::size_t i = 0; i < depth && nodes <= most_nodes; ++i) nodes += level *= fan_out;
  if (nodes > most_nodes)
    section.refuse(fmt::format("makes more than {} nodes; lower depth or fan_out", most_nodes));
}

}  // namespace

void read_tree(toml_section section, const expectations& expected, plan& planned) {
  auto shape = begin_shape(section, expected, planned);
  const auto depth = required_count(section, "depth");
  const auto fan_out = required_count(section, "fan_out");
  section.finish();
  refuse_large_tree(section, depth, fan_out);
  // Level by level: a name is that of the one above and a number.
  std::vector<std::pair<std::string, std::string>> level{{shape.root(), shape.name()}};
  for (std::size_t i = 1; i <= depth; ++i) {
    std::vector<std::pair<std::string, std::string>> next;
    for (const auto& [upstream, prefix] : level) {
      for (std::size_t branch = 1; branch <= fan_out; ++branch) {
        const auto name = fmt::format("{}-{}", prefix, branch);
        shape.add_relay(name, upstream, i == depth);
        next.emplace_back(name, name);
      }
    }
    level = std::move(next);
  }
}

void read_chain(toml_section section, const expectations& expected, plan& planned) {
  auto shape = begin_shape(section, expected, planned);
  const auto length = required_count(section, "length");
  section.finish();
  auto upstream = shape.root();
  for (std::size_t i = 1; i <= length; ++i) {
    const auto name = fmt::format("{}-{}", shape.name(), i);
    shape.add_relay(name, upstream, i == length);
    upstream = name;
  }
}

void read_star(toml_section section, const expectations& expected, plan& planned) {
  auto shape = begin_shape(section, expected, planned);
  const auto leaves = required_count(section, "leaves");
  section.finish();
  for (std::size_t i = 1; i <= leaves; ++i)
    shape.add_relay(fmt::format("{}-{}", shape.name(), i), shape.root(), true);
}

std::string usual_listener_name(const std::string& node) { return "at-" + node; }

bool is_over_link(toml_section& section) {
  const auto way = section.text("by").value_or("socket");
  if (way != "socket" && way != "link")
    section.refuse("by", fmt::format("is \"socket\" or \"link\", not \"{}\"", way));
  return way == "link";
}

}  // namespace troupe::topology
