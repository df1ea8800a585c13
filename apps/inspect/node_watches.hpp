#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "apps/inspect/node_watch.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::inspecting {

/// Watches several nodes at once, and with `follows` those as well that they have their streams
/// from. All but the constructor may be called from any thread.
class node_watches {
 public:
  static constexpr std::size_t most_nodes = 64;

  /// Throws failure{bad_value} if there are more, or where no channel can be made to one.
  node_watches(const std::vector<target>& nodes, channel_maker make_channel, bool follows);
  node_watches(const node_watches&) = delete;
  node_watches& operator=(const node_watches&) = delete;
  ~node_watches();

  /// The latest of each node, in the order in which they were named or found. A node that was named
  /// or found in several ways is there once.
  [[nodiscard]] std::vector<std::shared_ptr<const node_view>> views() const;

  /// A channel of one's own, for a question to one of the nodes: it does not hold up the watch.
  [[nodiscard]] std::unique_ptr<node_channel> open_channel_to(const target& node) const;

  /// Counts the changes of all views.
  [[nodiscard]] std::uint64_t changes_so_far() const;
  /// Waits until there are more than `seen`, for a while at most. Returns how many there are.
  std::uint64_t wait_for_change(std::uint64_t seen, std::chrono::milliseconds longest) const;

  /// For one who waits by poll: readable after a change, until it is taken.
  [[nodiscard]] int change_descriptor() const { return change_descriptor_.get(); }
  void take_change() const;

 private:
  void note_change();
  /// Adds the nodes that those watched have their streams from.
  void add_neighbours();
  void add(const target& node);
  [[nodiscard]] std::vector<std::shared_ptr<const node_view>> all_views() const;

  channel_maker make_channel_;
  bool follows_;
  descriptor change_descriptor_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::uint64_t changes_ = 0;

  mutable std::mutex watches_mutex_;
  std::vector<std::unique_ptr<node_watch>> watches_;
  std::set<std::string> known_;  ///< how each that was ever added is reached
  bool is_ending_ = false;
};

}  // namespace troupe::inspecting
