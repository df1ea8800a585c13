#include "apps/inspect/report/actor_graph.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "apps/inspect/model/findings.hpp"
#include "apps/inspect/node_links.hpp"
#include "apps/inspect/text/short_numbers.hpp"

namespace troupe::inspecting {
namespace {

using node_views = std::vector<std::shared_ptr<const node_view>>;

constexpr std::string_view connection = "connection";
constexpr std::string_view link_sender = "link_sender";

/// All connections are drawn as one.
bool is_drawn(const actor_facts& actor) {
  return actor.kind != connection || actor.name == connection;
}

vertex_look look_of(const actor_facts& actor, const actor_changes* lately, const snapshot& node) {
  const auto trouble = trouble_of(actor, lately, node);
  if (trouble.hurts()) return vertex_look::in_trouble;
  return trouble.is_to_be_watched() ? vertex_look::to_be_watched : vertex_look::plain;
}

/// Of one that stands for several of its kind there is only how many there are.
std::vector<std::string> label_of(const actor_facts& actor, const actor_changes* lately,
                                  std::ptrdiff_t of_its_kind) {
  if (of_its_kind > 1) return {fmt::format("{} ×{}", actor.kind, of_its_kind)};
  std::vector<std::string> lines{actor.kind};
  if (actor.kind == connection) lines.front() += fmt::format(" ×{}", actor.running);
  if (actor.state != "up") lines.push_back(actor.state);
  if (lately != nullptr && lately->turns_per_second > 0)
    lines.push_back(fmt::format("{} turns/s, {:.1f} %", short_rate(lately->turns_per_second),
                                lately->busy_share * 100));
  if (lately != nullptr && lately->mean_turn.count() > 0)
    lines.push_back(short_time(lately->mean_turn) + " a turn");
  if (actor.restarts > 0) lines.push_back(fmt::format("restarts: {}", actor.restarts));
  return lines;
}

/// Adds one node to a graph.
class cluster_maker {
 public:
  cluster_maker(actor_graph& graph, const node_view& view, std::string name)
      : graph_(graph),
        now_(view.latest->parsed),
        lately_(view.between ? &*view.between : nullptr),
        first_(graph.vertices.size()),
        title_(std::move(name)) {}

  void make() {
    add_actors();
    add_supervision();
    add_flows();
    graph_.clusters.push_back({title_, first_, graph_.vertices.size() - first_});
  }

 private:
  void add_actors() {
    for (std::size_t i = 0; i < now_.actors.size(); ++i) {
      const auto& actor = now_.actors[i];
      if (!is_drawn(actor)) continue;
      const auto* lately = lately_ != nullptr ? &lately_->actors[i] : nullptr;
      kind_by_name_.emplace(actor.name, actor.kind);
      if (!by_kind_.emplace(actor.kind, graph_.vertices.size()).second) continue;
      const auto of_its_kind = std::ranges::count_if(now_.actors, [&](const actor_facts& each) {
        return is_drawn(each) && each.kind == actor.kind;
      });
      graph_.vertices.push_back(
          {actor.kind, label_of(actor, lately, of_its_kind), look_of(actor, lately, now_)});
    }
  }

  void add_supervision() {
    std::set<std::string> supervised;
    for (const auto& actor : now_.actors) {
      const auto parent = kind_by_name_.find(actor.parent);
      if (!is_drawn(actor) || parent == kind_by_name_.end()) continue;
      if (!supervised.insert(actor.kind).second) continue;
      graph_.edges.push_back(
          {vertex_of(parent->second), vertex_of(actor.kind), "", edge_look::supervises});
    }
  }

  void add_flows() {
    for (std::size_t i = 0; i < now_.flows.size(); ++i) {
      const auto& flow = now_.flows[i];
      const double rate = lately_ != nullptr ? lately_->flows[i].per_second : 0;
      graph_.edges.push_back({vertex_of(flow.from), vertex_of(flow.to),
                              fmt::format("{} {}/s", flow.message, short_rate(rate)),
                              rate > 0 ? edge_look::flows : edge_look::rests});
    }
  }

  /// Whoever has no line of its own, such as the clients, is outside; but senders of links are
  /// among the connections there.
  std::size_t vertex_of(const std::string& kind) {
    const auto [found, is_new] = by_kind_.emplace(kind, graph_.vertices.size());
    if (is_new)
      graph_.vertices.push_back({kind,
                                 {kind.empty() ? "outside" : kind},
                                 kind == link_sender ? vertex_look::plain : vertex_look::outside});
    return found->second;
  }

  actor_graph& graph_;
  const snapshot& now_;
  const changes* lately_;
  std::size_t first_;
  std::string title_;
  std::map<std::string, std::size_t> by_kind_;
  std::map<std::string, std::string> kind_by_name_;
};

/// The first vertex of a cluster that is of one of `kinds`.
std::optional<std::size_t> find_in(const actor_graph& graph, const graph_cluster& cluster,
                                   std::initializer_list<std::string_view> kinds) {
  for (const auto kind : kinds)
    for (auto i = cluster.first; i < cluster.first + cluster.count; ++i)
      if (graph.vertices[i].kind == kind) return i;
  return std::nullopt;
}

void add_link(actor_graph& graph, const node_views& nodes, std::size_t hearer) {
  const auto& upstream = nodes[hearer]->latest->parsed.upstream;
  if (!upstream) return;
  const auto to = find_in(graph, graph.clusters[hearer], {"link_receiver", "source"});
  if (!to) return;
  const auto& between = nodes[hearer]->between;
  const auto label =
      between && between->upstream
          ? fmt::format("frame {}/s", short_rate(between->upstream->received_per_second))
          : std::string{"link"};
  std::optional<std::size_t> from;
  if (const auto sender = upstream_among(nodes, hearer))
    from = find_in(graph, graph.clusters[*sender], {link_sender, connection, "frame_processor"});
  if (!from) {
    from = graph.vertices.size();
    graph.vertices.push_back({"upstream", {upstream->upstream}, vertex_look::outside});
  }
  graph.edges.push_back({*from, *to, label, edge_look::links});
}

}  // namespace

actor_graph graph_of(const std::vector<std::shared_ptr<const node_view>>& nodes) {
  node_views answering;
  for (const auto& view : nodes)
    if (view->latest) answering.push_back(view);
  actor_graph graph;
  const auto names = names_of(answering);
  for (std::size_t i = 0; i < answering.size(); ++i)
    cluster_maker{graph, *answering[i], names[i]}.make();
  for (std::size_t i = 0; i < answering.size(); ++i) add_link(graph, answering, i);
  return graph;
}

}  // namespace troupe::inspecting
