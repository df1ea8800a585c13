#include "apps/inspect/web/news_board.hpp"

#include <algorithm>
#include <utility>

#include "apps/inspect/model/to_json.hpp"
#include "apps/inspect/node_links.hpp"
#include "apps/inspect/web/event_text.hpp"

namespace troupe::inspecting::web {
namespace {

using nlohmann::json;

/// How long the end may take at most.
constexpr std::chrono::milliseconds look_interval{200};

std::string_view state_name(presence state) {
  switch (state) {
    case presence::awaited:
      return "awaited";
    case presence::present:
      return "present";
    case presence::away:
      return "away";
  }
  return "";
}

std::string events_event(std::size_t id, const node_view& view, std::uint64_t seen) {
  auto events = json::array();
  for (const auto& each : events_after(view, seen)) events.push_back(to_json(each));
  return event_text("events",
                    {{"node", id}, {"begins_anew", seen == 0}, {"events", std::move(events)}});
}

std::string history_event(std::size_t id, const json& points, std::uint64_t seen) {
  return event_text("history", {{"node", id}, {"begins_anew", seen == 0}, {"points", points}});
}

}  // namespace

news_board::news_board(const node_watches& watches)
    : watches_(watches), thread_([this](const std::stop_token& stop) { run(stop); }) {}

news_board::~news_board() = default;

void news_board::run(const std::stop_token& stop) {
  std::uint64_t seen = 0;
  take_views();
  while (!stop.stop_requested()) {
    const auto changes = watches_.wait_for_change(seen, look_interval);
    if (changes == seen) continue;
    seen = changes;
    take_views();
    changed_.notify_all();
  }
}

void news_board::take_views() {
  const auto views = watches_.views();
  const std::lock_guard lock{mutex_};
  std::vector<std::size_t> ids;
  ids.reserve(views.size());
  for (const auto& view : views) ids.push_back(entry_of(view->node).id);
  const auto names = names_of(views);
  for (std::size_t place = 0; place < views.size(); ++place) {
    auto& node = entry_of(views[place]->node);
    const auto upstream = upstream_among(views, place);
    node.name = names[place];
    node.upstream = upstream ? std::optional{ids[*upstream]} : std::nullopt;
    take_view(node, views[place]);
  }
  ids_ = std::move(ids);
  ++change_;
}

void news_board::take_view(entry& node, const std::shared_ptr<const node_view>& view) {
  if (view->latest && (!node.view || node.view->latest != view->latest)) {
    node.snapshot = std::make_shared<snapshot_event>(node.id, view);
    node.history.note(view->latest->parsed);
  }
  node.view = view;
}

news_board::entry& news_board::entry_of(const target& node) {
  const auto [found, is_new] = entries_.try_emplace(to_string(node));
  if (is_new) {
    found->second.id = entries_.size() - 1;
    found->second.node = node;
  }
  return found->second;
}

std::string news_board::state_event_of(const entry& node) {
  const auto& view = *node.view;
  return event_text("node", {{"node", node.id},
                             {"target", to_string(view.node)},
                             {"name", node.name},
                             {"upstream", node.upstream ? json(*node.upstream) : json{}},
                             {"state", state_name(view.state)},
                             {"unix_since_s",
                              std::chrono::duration<double>{view.since.time_since_epoch()}.count()},
                             {"trouble", view.trouble ? view.trouble->what() : ""}});
}

/// Under the lock, no more than a few words are written: a snapshot takes its time.
std::vector<news_board::news_item> news_board::news_after(const news_cursor& cursor,
                                                          std::chrono::milliseconds longest,
                                                          news_cursor& next) const {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, longest, [&] { return change_ > cursor.change; });
  std::vector<news_item> news;
  if (change_ == cursor.change) return news;
  next.change = change_;
  next.ids = ids_;
  for (const auto& [name, node] : entries_) {
    if (std::ranges::find(ids_, node.id) == ids_.end()) continue;
    auto& seen = next.nodes[node.id];
    news.push_back({.id = node.id,
                    .state = state_event_of(node),
                    .view = node.view,
                    .snapshot = node.snapshot != seen.snapshot ? node.snapshot : nullptr,
                    .points = node.history.points_after(seen.points)});
    seen.snapshot = node.snapshot;
    seen.points = node.history.points_noted();
  }
  return news;
}

std::string news_board::wait_for_news(news_cursor& cursor, std::chrono::milliseconds longest) {
  auto next = cursor;
  const auto items = news_after(cursor, longest, next);
  std::string news;
  if (next.ids != cursor.ids) news = event_text("nodes", {{"ids", next.ids}});
  for (const auto& [id, state, view, snapshot, points] : items) {
    const auto& before = cursor.nodes[id];
    auto& seen = next.nodes[id];
    seen.state = state;
    if (state != before.state) news += state;
    if (snapshot) news += snapshot->text();
    seen.events = view->events_seen;
    if (seen.events > before.events) news += events_event(id, *view, before.events);
    if (!points.empty()) news += history_event(id, points, before.points);
  }
  cursor = std::move(next);
  return news;
}

std::optional<target> news_board::node(std::size_t id) const {
  const std::lock_guard lock{mutex_};
  for (const auto& [name, node] : entries_)
    if (node.id == id) return node.node;
  return std::nullopt;
}

}  // namespace troupe::inspecting::web
