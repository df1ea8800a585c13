#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

#include "protocol/link.hpp"

namespace troupe::network {

/// Who a node is among its peers, and from where its stream comes. May be used from any thread.
class node_position {
 public:
  /// `name` is for people.
  explicit node_position(std::string name);

  [[nodiscard]] node_identity identity() const { return identity_; }
  [[nodiscard]] const std::string& name() const { return name_; }

  /// From where the stream comes to this node.
  void set_upstream(link_path path) {
    const std::lock_guard lock{mutex_};
    upstream_ = std::move(path);
    ++changes_;
  }
  /// The way of the stream to this node and through it.
  [[nodiscard]] link_path path() const {
    const std::lock_guard lock{mutex_};
    auto result = upstream_;
    result.nodes.push_back(identity_);
    return result;
  }
  /// How often the path has changed.
  [[nodiscard]] std::uint64_t changes() const {
    const std::lock_guard lock{mutex_};
    return changes_;
  }

 private:
  const node_identity identity_;
  const std::string name_;
  mutable std::mutex mutex_;
  link_path upstream_;
  std::uint64_t changes_ = 0;
};

/// Whether `node` is on the path.
[[nodiscard]] bool passes(const link_path& path, node_identity node);

}  // namespace troupe::network
