#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/topology/plan.hpp"

namespace troupe::topology {

/// As a file has it: "kill_actor".
[[nodiscard]] std::string_view to_string(fault_kind kind);

/// The opposite; nothing for what is no kind.
[[nodiscard]] std::optional<fault_kind> fault_kind_named(std::string_view name);

/// All of them.
[[nodiscard]] std::vector<std::string_view> fault_kind_names();

/// Whether it is a link that it befalls, not a node.
[[nodiscard]] bool is_of_link(fault_kind kind);

/// Whether it is over at once: what comes after is the mending.
[[nodiscard]] bool is_momentary(fault_kind kind);

/// What is done to whom: "kill left", "partition studio > left", "kill_actor source of left".
[[nodiscard]] std::string text_of(const planned_fault& fault);

}  // namespace troupe::topology
