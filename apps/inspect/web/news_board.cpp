#include "apps/inspect/web/news_board.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "apps/common/json_line.hpp"
#include "apps/inspect/model/findings.hpp"
#include "apps/inspect/model/to_json.hpp"
#include "apps/inspect/web/trouble_text.hpp"

namespace troupe::inspecting::web {
namespace {

using nlohmann::json;

/// How long the end may take at most.
constexpr std::chrono::milliseconds look_interval{200};

/// An event of the stream, as the page reads it.
std::string event_text(std::string_view type, const json& data) {
  std::string text{"event: "};
  text.append(type).append("\ndata: ").append(json_line(data)).append("\n\n");
  return text;
}

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

std::string state_event(std::size_t id, const node_view& view) {
  return event_text("node", {{"node", id},
                             {"target", to_string(view.node)},
                             {"name", view.name()},
                             {"state", state_name(view.state)},
                             {"unix_since_s",
                              std::chrono::duration<double>{view.since.time_since_epoch()}.count()},
                             {"trouble", view.trouble ? view.trouble->what() : ""}});
}

/// What is wrong with actors, by their names.
json troubles_of(const node_view& view) {
  auto result = json::object();
  const auto& actors = view.latest->parsed.actors;
  for (std::size_t index = 0; index < actors.size(); ++index) {
    const auto trouble =
        trouble_of(actors[index], view.between ? &view.between->actors[index] : nullptr);
    if (trouble.hurts() || trouble.is_to_be_watched())
      result[actors[index].name] = {{"hurts", trouble.hurts()}, {"text", trouble_text(trouble)}};
  }
  return result;
}

std::string snapshot_event(std::size_t id, const node_view& view) {
  const auto* const lately = view.between ? &*view.between : nullptr;
  auto findings = json::array();
  for (const auto& each : findings_in(view.latest->parsed, lately))
    findings.push_back(to_json(each));
  return event_text("snapshot", {{"node", id},
                                 {"snapshot", view.latest->document},
                                 {"changes", lately ? to_json(*lately) : json{}},
                                 {"findings", std::move(findings)},
                                 {"troubles", troubles_of(view)}});
}

std::string events_event(std::size_t id, const node_view& view, std::uint64_t seen) {
  auto events = json::array();
  for (const auto& each : events_after(view, seen)) events.push_back(to_json(each));
  return event_text("events",
                    {{"node", id}, {"begins_anew", seen == 0}, {"events", std::move(events)}});
}

}  // namespace

news_board::news_board(const node_watches& watches)
    : watches_(watches), thread_([this](const std::stop_token& stop) { run(stop); }) {}

news_board::~news_board() = default;

void news_board::run(const std::stop_token& stop) {
  std::uint64_t seen = 0;
  while (!stop.stop_requested()) {
    take_views();
    changed_.notify_all();
    seen = watches_.wait_for_change(seen, look_interval);
  }
}

void news_board::take_views() {
  const auto views = watches_.views();
  const std::lock_guard lock{mutex_};
  std::vector<std::size_t> ids;
  for (const auto& view : views) {
    auto& node = entry_of(view->node);
    ids.push_back(node.id);
    if (node.view == view) continue;
    const bool is_read_anew = view->latest && (!node.view || node.view->latest != view->latest);
    node.view = view;
    if (is_read_anew) node.history.note(view->latest->parsed);
    ++change_;
  }
  if (ids == ids_) return;
  ids_ = std::move(ids);
  ++change_;
}

news_board::entry& news_board::entry_of(const target& node) {
  const auto [found, is_new] = entries_.try_emplace(to_string(node));
  if (is_new) {
    found->second.id = entries_.size() - 1;
    found->second.node = node;
  }
  return found->second;
}

std::string news_board::wait_for_news(news_cursor& cursor, std::chrono::milliseconds longest) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, longest, [&] { return change_ > cursor.change; });
  return news_since(cursor);
}

std::string news_board::news_since(news_cursor& cursor) {
  if (change_ == cursor.change) return {};
  cursor.change = change_;
  std::string news;
  if (cursor.ids != ids_) {
    cursor.ids = ids_;
    news = event_text("nodes", {{"ids", ids_}});
  }
  for (auto& [name, node] : entries_)
    if (std::ranges::find(ids_, node.id) != ids_.end())
      write_news_of(node, cursor.nodes[node.id], news);
  return news;
}

void news_board::write_news_of(entry& node, news_cursor::node_seen& seen, std::string& news) {
  const auto& view = *node.view;
  if (auto state = state_event(node.id, view); state != seen.state) {
    news += state;
    seen.state = std::move(state);
  }
  if (view.latest && view.latest != seen.snapshot) {
    news += snapshot_event_of(node);
    seen.snapshot = view.latest;
  }
  if (view.events_seen > seen.events) {
    news += events_event(node.id, view, seen.events);
    seen.events = view.events_seen;
  }
  if (const auto noted = node.history.points_noted(); noted > seen.points) {
    news += event_text("history", {{"node", node.id},
                                   {"begins_anew", seen.points == 0},
                                   {"points", node.history.points_after(seen.points)}});
    seen.points = noted;
  }
}

/// Written once, by the first who reads it: without browsers nothing is.
const std::string& news_board::snapshot_event_of(entry& node) {
  if (node.written != node.view->latest) {
    node.snapshot_event = snapshot_event(node.id, *node.view);
    node.written = node.view->latest;
  }
  return node.snapshot_event;
}

std::optional<target> news_board::node(std::size_t id) const {
  const std::lock_guard lock{mutex_};
  for (const auto& [name, node] : entries_)
    if (node.id == id) return node.node;
  return std::nullopt;
}

}  // namespace troupe::inspecting::web
