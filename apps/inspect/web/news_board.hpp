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
#include <string_view>
#include <thread>
#include <vector>

#include "apps/inspect/node_view.hpp"
#include "apps/inspect/node_watches.hpp"
#include "apps/inspect/target.hpp"
#include "apps/inspect/web/stage_history.hpp"

namespace troupe::inspecting::web {

/// What one browser has been told so far.
struct news_cursor {
  struct node_seen {
    std::string state;
    std::shared_ptr<const reading> snapshot;
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
    std::shared_ptr<const node_view> view;
    stage_history history;
    std::shared_ptr<const reading> written;  ///< what `snapshot_event` is of
    std::string snapshot_event;
  };

  void run(const std::stop_token& stop);
  void take_views();
  [[nodiscard]] entry& entry_of(const target& node);
  [[nodiscard]] std::string news_since(news_cursor& cursor);
  void write_news_of(entry& node, news_cursor::node_seen& seen, std::string& news);
  [[nodiscard]] static const std::string& snapshot_event_of(entry& node);

  const node_watches& watches_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t change_ = 0;
  std::map<std::string, entry> entries_;  ///< by target
  std::vector<std::size_t> ids_;          ///< of the nodes that are watched now, in their order
  std::jthread thread_;                   ///< last: it uses all of the above
};

}  // namespace troupe::inspecting::web
