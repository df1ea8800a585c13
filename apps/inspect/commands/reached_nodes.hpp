#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/inspect/node_channel.hpp"
#include "apps/inspect/options.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {

/// A node that answers, and a way to ask it.
struct reached_node {
  std::string name;
  target node;
  std::unique_ptr<node_channel> channel;
  std::optional<std::size_t> upstream;  ///< the place of the node that it hears, if that is reached
};

struct reached_nodes {
  std::vector<reached_node> nodes;  ///< at least one
  std::optional<failure> trouble;   ///< with the first of those that were named but do not answer
};

/// Those that the options name, and with --follow those that they lead to. Throws the trouble where
/// none of them answers. They are not waited for once `interruption` can be read.
[[nodiscard]] reached_nodes reach(const inspect_options& options, int interruption = -1);

}  // namespace troupe::inspecting
