#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "actors/network/tls_context.hpp"
#include "apps/inspect/target.hpp"

namespace troupe::inspecting {

/// Asks a node. It is connected to when it is first asked, and again after it was lost.
class node_channel {
 public:
  static constexpr std::chrono::milliseconds usual_patience{5000};

  node_channel() = default;
  node_channel(const node_channel&) = delete;
  node_channel& operator=(const node_channel&) = delete;
  virtual ~node_channel() = default;

  /// Waits for the answer, at most as long as `patience`. Throws failure: no_node, not_permitted,
  /// unknown_format where the answer cannot be read, bad_value where the node refuses.
  [[nodiscard]] nlohmann::json ask(const nlohmann::json& question,
                                   std::chrono::milliseconds patience = usual_patience);

  /// Has what is being asked, and all that is asked from now on, fail at once. From any thread.
  virtual void interrupt() = 0;

  /// The node, for people.
  [[nodiscard]] virtual std::string name() const = 0;

 protected:
  /// The answer to a question, both JSON on a line, without its end. Throws failure as above.
  virtual std::string exchange(const std::string& question, std::chrono::milliseconds patience) = 0;
};

struct channel_settings {
  std::optional<network::tls_files> tls;  ///< for nodes that are reached by an address
};

/// Throws failure{bad_value} where no such channel can be.
[[nodiscard]] std::unique_ptr<node_channel> open_channel(const target& node,
                                                         const channel_settings& settings);

}  // namespace troupe::inspecting
