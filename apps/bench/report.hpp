#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace troupe::bench {

/// The figures of a run: by scenario, an object for each of two sides and their ratios, and what
/// the scenario was run with. It is what --json prints.
using report = nlohmann::ordered_json;

inline constexpr auto ratio_key = "ratio";
inline constexpr auto settings_key = "settings";

/// The names of a scenario's two sides, in their order.
[[nodiscard]] std::vector<std::string> sides_of(const nlohmann::ordered_json& scenario);

/// A figure for people, as precise as it is worth.
[[nodiscard]] std::string to_text(double figure);
/// The figure of that name in `group`; "-" where it is not there.
[[nodiscard]] std::string figure_text(const nlohmann::ordered_json& group, const std::string& name);

/// A table for each scenario: its figures, those of both sides and the ratio.
[[nodiscard]] std::string to_table(const report& measured);

}  // namespace troupe::bench
