#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "apps/inspect/node_view.hpp"

namespace troupe::inspecting {

/// Which of the nodes the one at the place `hearer` has its stream from, if that is among them.
[[nodiscard]] std::optional<std::size_t> upstream_among(
    const std::vector<std::shared_ptr<const node_view>>& nodes, std::size_t hearer);

}  // namespace troupe::inspecting
