#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "apps/common/exit_status.hpp"
#include "apps/inspect/node_watches.hpp"
#include "apps/inspect/options.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {

using node_views = std::vector<std::shared_ptr<const node_view>>;

/// Watches those that the options name, as they say.
[[nodiscard]] std::unique_ptr<node_watches> watch_nodes(const inspect_options& options);

/// Waits until each node is away, or `is_enough` for what is known of it; for some seconds at most,
/// and not once `interruption` can be read.
[[nodiscard]] node_views gather(const node_watches& nodes,
                                const std::function<bool(const node_view&)>& is_enough,
                                int interruption = -1);

/// Throws the trouble with the first node where none is there.
void refuse_if_none_is_there(const node_views& nodes);

/// The trouble with the first of those in `named` that are away.
[[nodiscard]] std::optional<failure> first_trouble(const node_views& nodes,
                                                   const std::vector<target>& named);

/// Tells on stderr what is not right, though the rest was done. Returns what to end with.
[[nodiscard]] exit_status ended_with(const std::optional<failure>& trouble);

}  // namespace troupe::inspecting
