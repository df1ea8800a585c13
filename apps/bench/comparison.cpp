#include "apps/bench/comparison.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "protocol/failure.hpp"

namespace troupe::bench {
namespace {

/// The last one that is not empty.
std::string last_line(std::istream& text) {
  std::string last;
  for (std::string line; std::getline(text, line);)
    if (!line.empty()) last = std::move(line);
  return last;
}

bool holds_numbers(const nlohmann::ordered_json& group) {
  return group.is_object() && std::all_of(group.begin(), group.end(),
                                          [](const auto& figure) { return figure.is_number(); });
}

bool is_scenario(const nlohmann::ordered_json& candidate) {
  if (!candidate.is_object() || !candidate.contains(ratio_key)) return false;
  const auto sides = sides_of(candidate);
  return sides.size() == 2 && holds_numbers(candidate.at(ratio_key)) &&
         std::all_of(sides.begin(), sides.end(),
                     [&](const auto& side) { return holds_numbers(candidate.at(side)); });
}

bool is_report(const nlohmann::ordered_json& candidate) {
  return candidate.is_object() && !candidate.empty() &&
         std::all_of(candidate.begin(), candidate.end(), is_scenario);
}

std::string row(std::string_view title, std::string_view earlier, std::string_view now,
                std::string_view change) {
  return fmt::format("{:<40} {:>14} {:>14} {:>10}\n", title, earlier, now, change);
}

std::string change_text(double earlier, double now) {
  if (earlier == now) return "0.0 %";
  return earlier == 0 ? "-" : fmt::format("{:+.1f} %", 100 * (now - earlier) / std::abs(earlier));
}

/// The lines of one side, or of the ratios.
std::string rows_of(const std::string& name, const nlohmann::ordered_json& earlier,
                    const nlohmann::ordered_json& now) {
  std::string text;
  for (const auto& [figure, value] : now.items()) {
    const auto change =
        earlier.contains(figure)
            ? change_text(earlier.at(figure).template get<double>(), value.template get<double>())
            : "-";
    text += row(fmt::format("  {} {}", name, figure), figure_text(earlier, figure),
                figure_text(now, figure), change);
  }
  return text;
}

nlohmann::ordered_json group_of(const nlohmann::ordered_json& scenario, const std::string& name) {
  return scenario.value(name, nlohmann::ordered_json::object());
}

std::string compare_scenarios(const std::string& name, const nlohmann::ordered_json& earlier,
                              const nlohmann::ordered_json& now) {
  auto text = row(name, "earlier", "now", "change");
  const auto then = group_of(earlier, settings_key);
  if (then != group_of(now, settings_key))
    text += fmt::format("  (the earlier run had other settings: {})\n", then.dump());
  auto groups = sides_of(now);
  groups.emplace_back(ratio_key);
  for (const auto& group : groups)
    text += rows_of(group, group_of(earlier, group), group_of(now, group));
  return text;
}

}  // namespace

report parse_report(const std::string& line) {
  auto candidate = report::parse(line, nullptr, false);
  return is_report(candidate) ? candidate : report{};
}

report read_report(const std::string& path) {
  std::ifstream file{path};
  if (!file)
    throw failure{failure_kind::unreadable,
                  fmt::format("\"{}\" cannot be read: {}; name a file that holds what "
                              "troupe-bench --json printed",
                              path, std::generic_category().message(errno))};
  auto earlier = parse_report(last_line(file));
  if (earlier.is_null())
    throw failure{failure_kind::bad_value,
                  fmt::format("\"{0}\" does not end with the figures of a run; make such a file "
                              "with: troupe-bench --json > \"{0}\"",
                              path)};
  return earlier;
}

std::string compare(const report& earlier, const report& now) {
  std::string text;
  for (const auto& [name, scenario] : now.items()) {
    if (!text.empty()) text += '\n';
    text += earlier.contains(name) ? compare_scenarios(name, earlier.at(name), scenario)
                                   : fmt::format("{}: not measured in the earlier run\n", name);
  }
  return text;
}

}  // namespace troupe::bench
