#include "apps/topology/topology_writer.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "apps/topology/fault_text.hpp"
#include "apps/topology/shape_sections.hpp"
#include "apps/topology/time_text.hpp"

namespace troupe::topology {
namespace {

using entries = std::vector<std::string>;  ///< "key = value"

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      result += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

template <class Texts, class To>
std::string list_of(const Texts& texts, To to_text) {
  std::string result;
  for (const auto& each : texts) result += (result.empty() ? "" : ", ") + in_quotes(to_text(each));
  return "[" + result + "]";
}

/// The shortest number of percent that reads as this share again; the nearest where none does, as
/// for a third.
std::string percent_text(double share) {
  constexpr int most_digits = 17;
  for (int digits = 0; digits < most_digits; ++digits) {
    auto text = fmt::format("{:.{}f}", share * 100, digits);
    if (std::strtod(text.c_str(), nullptr) / 100 == share) return text;
  }
  return fmt::format("{}", share * 100);
}

void add(entries& result, std::string_view key, const std::string& value) {
  result.push_back(fmt::format("{} = {}", key, value));
}

void add_limit(entries& result, std::string_view key, const std::optional<std::uint64_t>& limit) {
  if (limit) add(result, key, std::to_string(*limit));
}

void add_limit(entries& result, std::string_view key,
               const std::optional<std::chrono::microseconds>& limit) {
  if (limit) add(result, key, in_quotes(exact_text(*limit)));
}

entries entries_of(const node_expectations& expected) {
  entries result;
  add_limit(result, "most_memory_kib", expected.most_memory_kib);
  add_limit(result, "most_memory_growth_kib", expected.most_memory_growth_kib);
  add_limit(result, "most_actor_restarts", expected.most_actor_restarts);
  return result;
}

entries entries_of(const listener_expectations& expected) {
  entries result;
  add_limit(result, "most_missing_frames", expected.most_missing_frames);
  add_limit(result, "most_gaps", expected.most_gaps);
  add_limit(result, "most_latency_p50", expected.most_latency_p50);
  add_limit(result, "most_latency_p99", expected.most_latency_p99);
  add_limit(result, "most_recovery", expected.most_recovery);
  if (!expected.hears_at_the_end) add(result, "hears_at_the_end", "false");
  return result;
}

entries entries_of(const link_quality& quality) {
  entries result;
  if (quality.delay.count() != 0) add(result, "delay", in_quotes(exact_text(quality.delay)));
  if (quality.loss != 0) add(result, "loss_percent", percent_text(quality.loss));
  if (quality.bits_per_second != 0)
    add(result, "bits_per_second", std::to_string(quality.bits_per_second));
  return result;
}

void append(entries& result, const entries& more) {
  result.insert(result.end(), more.begin(), more.end());
}

std::string table(std::string_view header, const entries& content) {
  return fmt::format("\n{}\n{}\n", header, fmt::join(content, "\n"));
}

/// What all of them have in common; nothing where one differs.
template <class Each>
auto common_expectation(const std::vector<Each>& all) {
  using expected_type = decltype(Each::expected);
  const auto is_same = [&](const Each& each) { return each.expected == all.front().expected; };
  return !all.empty() && std::all_of(all.begin(), all.end(), is_same) ? all.front().expected
                                                                      : expected_type{};
}

template <class Expected>
void add_own(entries& result, const Expected& own, const Expected& common) {
  if (own != common)
    add(result, "expect", fmt::format("{{ {} }}", fmt::join(entries_of(own), ", ")));
}

std::string node_table(const planned_node& node, const node_expectations& common) {
  entries content;
  add(content, "name", in_quotes(node.name));
  if (!node.source.empty()) add(content, "source", in_quotes(node.source));
  if (!node.upstreams.empty())
    add(content, "upstreams",
        list_of(node.upstreams, [](const auto& link) { return link.upstream; }));
  if (!node.options.empty())
    add(content, "options", list_of(node.options, [](const auto& option) { return option; }));
  add_own(content, node.expected, common);
  return table("[[node]]", content);
}

std::string link_tables(const planned_node& node) {
  std::string text;
  for (const auto& link : node.upstreams) {
    const auto quality = entries_of(link.quality);
    if (quality.empty()) continue;
    entries content;
    add(content, "node", in_quotes(node.name));
    add(content, "upstream", in_quotes(link.upstream));
    append(content, quality);
    text += table("[[link]]", content);
  }
  return text;
}

std::string listener_table(const planned_listener& listener, const listener_expectations& common) {
  entries content;
  if (listener.name != usual_listener_name(listener.node))
    add(content, "name", in_quotes(listener.name));
  add(content, "node", in_quotes(listener.node));
  if (listener.count != 1) add(content, "count", std::to_string(listener.count));
  if (listener.over_link) add(content, "by", in_quotes("link"));
  add_own(content, listener.expected, common);
  return table("[[listener]]", content);
}

std::string fault_table(const planned_fault& fault) {
  entries content;
  add(content, "at", in_quotes(exact_text(fault.at)));
  add(content, "kind", in_quotes(to_string(fault.kind)));
  add(content, "node", in_quotes(fault.node));
  if (!fault.upstream.empty()) add(content, "upstream", in_quotes(fault.upstream));
  if (!fault.actor.empty()) add(content, "actor", in_quotes(fault.actor));
  if (fault.lasts) add(content, "lasts", in_quotes(exact_text(*fault.lasts)));
  append(content, entries_of(fault.quality));
  return table("[[fault]]", content);
}

}  // namespace

std::string write_topology(const plan& planned) {
  const auto of_nodes = common_expectation(planned.nodes);
  const auto of_listeners = common_expectation(planned.listeners);
  auto text = fmt::format("name = {}\nduration = {}\n", in_quotes(planned.name),
                          in_quotes(exact_text(planned.duration)));
  auto expected = entries_of(of_listeners);
  append(expected, entries_of(of_nodes));
  if (!expected.empty()) text += table("[expect]", expected);
  for (const auto& node : planned.nodes) text += node_table(node, of_nodes);
  for (const auto& node : planned.nodes) text += link_tables(node);
  for (const auto& listener : planned.listeners) text += listener_table(listener, of_listeners);
  for (const auto& fault : planned.faults) text += fault_table(fault);
  return text;
}

}  // namespace troupe::topology
