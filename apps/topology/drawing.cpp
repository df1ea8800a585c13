#include "apps/topology/drawing.hpp"

#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "apps/topology/time_text.hpp"

namespace troupe::topology {
namespace {

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

std::string with_unit_prefix(std::uint64_t bits_per_second) {
  constexpr std::uint64_t kilo = 1000;
  constexpr auto mega = kilo * kilo;
  if (bits_per_second % mega == 0) return fmt::format("{} Mbit/s", bits_per_second / mega);
  if (bits_per_second % kilo == 0) return fmt::format("{} kbit/s", bits_per_second / kilo);
  return fmt::format("{} bit/s", bits_per_second);
}

std::string label_of(const link_quality& quality) {
  std::vector<std::string> parts;
  if (quality.delay.count() > 0) parts.push_back(exact_text(quality.delay));
  if (quality.loss > 0) parts.push_back(fmt::format("{:g} % lost", quality.loss * 100));
  if (quality.bits_per_second > 0) parts.push_back(with_unit_prefix(quality.bits_per_second));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string draw_node(const planned_node& node) {
  if (node.source.empty()) return fmt::format("  {};\n", in_quotes(node.name));
  return fmt::format("  {} [label={}, style=bold];\n", in_quotes(node.name),
                     in_quotes(node.name + " (" + node.source + ")"));
}

std::string draw_links(const planned_node& node) {
  std::string text;
  for (const auto& link : node.upstreams) {
    std::vector<std::string> looks;
    const auto label = label_of(link.quality);
    if (!label.empty()) looks.push_back("label=" + in_quotes(label));
    if (&link != &node.upstreams.front()) looks.emplace_back("style=dashed");
    text += fmt::format("  {} -> {}{};\n", in_quotes(link.upstream), in_quotes(node.name),
                        looks.empty() ? "" : fmt::format(" [{}]", fmt::join(looks, ", ")));
  }
  return text;
}

std::string draw_listener(const planned_listener& listener) {
  const auto label =
      listener.count > 1 ? fmt::format("{} ×{}", listener.name, listener.count) : listener.name;
  return fmt::format("  {} [label={}, shape=ellipse];\n  {} -> {} [arrowhead=open{}];\n",
                     in_quotes(listener.name), in_quotes(label), in_quotes(listener.node),
                     in_quotes(listener.name), listener.over_link ? "" : ", style=dotted");
}

}  // namespace

std::string draw(const plan& planned) {
  auto text = fmt::format(
      "digraph {} {{\n  node [shape=box, fontname=\"sans-serif\"];\n"
      "  edge [fontname=\"sans-serif\", fontsize=10];\n",
      in_quotes(planned.name));
  for (const auto& node : planned.nodes) text += draw_node(node);
  for (const auto& node : planned.nodes) text += draw_links(node);
  for (const auto& listener : planned.listeners) text += draw_listener(listener);
  return text + "}\n";
}

}  // namespace troupe::topology
