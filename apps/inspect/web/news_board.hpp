#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "apps/inspect/node_view.hpp"
#include "apps/inspect/node_watches.hpp"
#include "apps/inspect/target.hpp"
#include "apps/inspect/web/snapshot_event.hpp"
#include "apps/inspect/web/stage_history.hpp"

namespace troupe::inspecting::web {

/// What one browser has been told so far.
struct news_cursor {
  struct node_seen {
    std::string state;
    std::shared_ptr<const snapshot_event> snapshot;
    std::uint64_t events = 0;
    std::uint64_t points = 0;
  };
  std::uint64_t change = 0;
  std::vector<std::size_t> ids;
  std::map<std::size_t, node_seen> nodes;
};

/// Holds what is known of the nodes now, for browsers to read as server-sent events. Nothing is
/// queued for any of them: whoever reads seldom gets the latest snapshot, and those of the last
/// events and readings that it has not had.
class news_board {
 public:
  /// Follows `watches`, which outlive this, by a thread of its own.
  explicit news_board(const node_watches& watches);
  news_board(const news_board&) = delete;
  news_board& operator=(const news_board&) = delete;
  ~news_board();

  /// What has come since `cursor`, which moves on; empty if nothing does within `longest`.
  [[nodiscard]] std::string wait_for_news(news_cursor& cursor, std::chrono::milliseconds longest);

  /// The node that browsers know by that number.
  [[nodiscard]] std::optional<target> node(std::size_t id) const;

 private:
  struct entry {
    std::size_t id = 0;
    target node;
    std::string name;                     ///< as no other of the nodes is called
    std::optional<std::size_t> upstream;  ///< the node that it has its stream from, if it is here
    std::shared_ptr<const node_view> view;
    std::shared_ptr<snapshot_event> snapshot;  ///< of the view's latest reading, if it has one
    stage_history history;
  };
  /// What a browser has not been told of a node yet.
  struct news_item {
    std::size_t id = 0;
    std::string state;
    std::shared_ptr<const node_view> view;
    std::shared_ptr<snapshot_event> snapshot;  ///< nothing if it has had that
    nlohmann::json points;                     ///< of the stages' history
  };

  void run(const std::stop_token& stop);
  void take_views();
  static void take_view(entry& node, const std::shared_ptr<const node_view>& view);
  [[nodiscard]] entry& entry_of(const target& node);
  [[nodiscard]] static std::string state_event_of(const entry& node);
  /// Waits for them; those of nodes that are watched now.
  [[nodiscard]] std::vector<news_item> news_after(const news_cursor& cursor,
                                                  std::chrono::milliseconds longest,
                                                  news_cursor& next) const;

  const node_watches& watches_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::uint64_t change_ = 0;
  std::map<std::string, entry> entries_;  ///< by target
  std::vector<std::size_t> ids_;          ///< of the nodes that are watched now, in their order
  std::jthread thread_;                   ///< last: it uses all of the above
};

}  // namespace troupe::inspecting::web
