#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "apps/inspect/node_channel.hpp"
#include "apps/inspect/node_view.hpp"
#include "apps/inspect/target.hpp"
#include "protocol/clock.hpp"

namespace troupe::inspecting {

/// Makes a channel to a node, as open_channel does.
using channel_maker = std::function<std::unique_ptr<node_channel>(const target&)>;

/// Watches one node by a thread of its own: a snapshot each second, and at once when something
/// happened. A node that is lost is tried again, more and more seldom, as long as this lives.
class node_watch {
 public:
  /// `on_change` is called by the watch's thread each time when there is another view.
  node_watch(target node, const channel_maker& make_channel, std::function<void()> on_change);
  node_watch(const node_watch&) = delete;
  node_watch& operator=(const node_watch&) = delete;
  /// Does not wait for an answer that is under way.
  ~node_watch();

  /// Has the watch end soon, so that several can end at once.
  void request_stop();

  [[nodiscard]] const target& node() const { return node_; }
  [[nodiscard]] std::shared_ptr<const node_view> view() const;

 private:
  void run(const std::stop_token& stop);
  /// Until the node is lost or the watch is over.
  void follow(const std::stop_token& stop);
  /// A snapshot, and what has happened until then.
  void take_all();
  /// What has happened; whether there was anything.
  bool take_events();
  /// Whether there were any that are not in `view` yet.
  bool add_events_to(node_view& view);
  void forget_if_started_anew(const snapshot& parsed);
  void keep(std::shared_ptr<const reading> latest);
  [[nodiscard]] std::shared_ptr<const reading> base_for_changes() const;
  void note_loss(const failure& trouble);
  void publish(std::shared_ptr<const node_view> next);

  target node_;
  std::unique_ptr<node_channel> channel_;
  std::function<void()> on_change_;

  std::deque<std::shared_ptr<const reading>> readings_;  ///< of the last second or two
  std::uint64_t last_event_ = 0;                         ///< by the node's own count
  unsigned failed_tries_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable_any stopping_;
  std::shared_ptr<const node_view> view_;

  std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace troupe::inspecting
