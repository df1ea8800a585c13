#pragma once

#include <memory>
#include <string>

#include "apps/node/node.hpp"

namespace troupe::bench {

/// A node that has its process to itself, set up as troupe-node does it. To be made in that process
/// before any other thread: no thread lives through a fork.
class node_process {
 public:
  /// `make_source`, if it is given, makes somebody else than the source of the settings.
  explicit node_process(const node_settings& settings, source_maker make_source = nullptr);
  node_process(const node_process&) = delete;
  node_process& operator=(const node_process&) = delete;
  ~node_process();

  /// Serves to the end. Throws std::runtime_error when an actor failed: then the run shows
  /// something else than it should.
  [[nodiscard]] node_summary run();

  [[nodiscard]] const node_tree& tree() const;

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

/// Of a node that serves at `socket` and tells nothing.
[[nodiscard]] node_settings quiet_settings(const std::string& socket);

}  // namespace troupe::bench
