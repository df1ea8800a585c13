#include "apps/bench/report.hpp"

#include <cmath>

#include <fmt/format.h>

namespace troupe::bench {
namespace {

std::string row(std::string_view title, std::string_view first, std::string_view second,
                std::string_view ratio) {
  return fmt::format("{:<26} {:>16} {:>16} {:>8}\n", title, first, second, ratio);
}

/// All that either side has, those of the second last.
std::vector<std::string> figures_of(const nlohmann::ordered_json& first,
                                    const nlohmann::ordered_json& second) {
  std::vector<std::string> names;
  for (const auto& [name, value] : first.items()) names.push_back(name);
  for (const auto& [name, value] : second.items())
    if (!first.contains(name)) names.push_back(name);
  return names;
}

std::string table_of(const std::string& name, const nlohmann::ordered_json& scenario) {
  const auto sides = sides_of(scenario);
  if (sides.size() != 2) return {};
  const auto& first = scenario.at(sides[0]);
  const auto& second = scenario.at(sides[1]);
  auto text = row(name, sides[0], sides[1], ratio_key);
  for (const auto& figure : figures_of(first, second))
    text += row("  " + figure, figure_text(first, figure), figure_text(second, figure),
                figure_text(scenario.at(ratio_key), figure));
  return text;
}

}  // namespace

std::vector<std::string> sides_of(const nlohmann::ordered_json& scenario) {
  std::vector<std::string> sides;
  for (const auto& [name, group] : scenario.items())
    if (name != ratio_key && name != settings_key) sides.push_back(name);
  return sides;
}

std::string to_text(double figure) {
  const auto size = std::abs(figure);
  if (figure == std::round(figure) || size >= 1000) return fmt::format("{:.0f}", figure);
  const int decimals = size >= 100 ? 1 : size >= 0.1 ? 2 : 3;
  return fmt::format("{:.{}f}", figure, decimals);
}

std::string figure_text(const nlohmann::ordered_json& group, const std::string& name) {
  const auto found = group.find(name);
  return found == group.end() ? "-" : to_text(found->get<double>());
}

std::string to_table(const report& measured) {
  std::string text;
  for (const auto& [name, scenario] : measured.items())
    text += (text.empty() ? "" : "\n") + table_of(name, scenario);
  return text;
}

}  // namespace troupe::bench
