#include "apps/topology/random_faults.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "apps/topology/fault_text.hpp"
#include "apps/topology/node_graph.hpp"
#include "apps/topology/seeded_numbers.hpp"

namespace troupe::topology {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr auto first_fault = 2s;  ///< until then everybody hears
constexpr auto usual_recovery = 2s;
/// Places that are looked at for each fault; the one that is free first is taken.
constexpr std::size_t candidates = 4;
/// In all, of a node: at 6 within its window of restarts it would end, as it should.
constexpr std::size_t most_killed_actors = 4;
/// Those that all nodes have, and that the sound or the clients depend on.
constexpr std::array actors{"frame_processor", "source", "client_registry", "acceptor",
                            "connection_supervisor"};
constexpr std::array kinds{fault_kind::kill,       fault_kind::stop,      fault_kind::restart,
                           fault_kind::kill_actor, fault_kind::partition, fault_kind::quality};

/// How long it takes after a fault's end until all is well.
milliseconds healing_time(fault_kind kind) {
  switch (kind) {
    case fault_kind::kill:
      return 1100ms;  // the node starts, and its relays try again within a second
    case fault_kind::restart:
      return 1500ms;  // the same, and the node takes its leave before
    case fault_kind::stop:
    case fault_kind::kill_actor:
      return 800ms;
    case fault_kind::partition:
      return 1000ms;  // until TCP sends again
    case fault_kind::quality:
      return 600ms;
  }
  return 1000ms;
}

bool is_disjoint(const std::vector<bool>& one, const std::vector<bool>& other) {
  for (std::size_t i = 0; i < one.size(); ++i)
    if (one[i] && other[i]) return false;
  return true;
}

class fault_generator {
 public:
  fault_generator(const plan& planned, std::uint64_t seed)
      : planned_(planned), graph_(planned), numbers_(seed), healed_(planned.nodes.size()) {
    for (std::size_t node = 0; node < planned.nodes.size(); ++node) {
      below_.push_back(graph_.at_or_below(node));
      if (!planned.nodes[node].upstreams.empty()) relays_.push_back(node);
    }
    auto begin = milliseconds{first_fault};
    for (const auto& fault : planned.faults) begin = std::max(begin, healed_at(fault));
    earliest_ = begin;
  }

  [[nodiscard]] planned_fault next() {
    const auto pause = numbers_.between(800ms, 1400ms);
    auto chosen = candidate();
    for (std::size_t i = 1; i < candidates; ++i) {
      auto other = candidate();
      if (free_at(other.second) < free_at(chosen.second)) chosen = std::move(other);
    }
    auto& [fault, node] = chosen;
    fault.at = std::max(free_at(node), earliest_);
    earliest_ = fault.at + pause;
    healed_[node] = std::max(healed_[node], healed_at(fault));
    if (fault.kind == fault_kind::kill_actor) killed_actors_[node].insert(fault.actor);
    return fault;
  }

 private:
  using placed_fault = std::pair<planned_fault, std::size_t>;

  /// When the latest fault has healed that reaches one of the nodes that this place reaches.
  milliseconds free_at(std::size_t node) const {
    milliseconds latest{0};
    for (std::size_t other = 0; other < healed_.size(); ++other)
      if (!is_disjoint(below_[node], below_[other])) latest = std::max(latest, healed_[other]);
    return latest;
  }

  placed_fault candidate() {
    planned_fault fault;
    fault.kind = kinds[numbers_.below(kinds.size())];
    if (!is_of_link(fault.kind)) return at_node(std::move(fault));
    if (!relays_.empty()) return at_link(std::move(fault));
    fault.kind = fault_kind::restart;
    return at_node(std::move(fault));
  }

  placed_fault at_link(planned_fault fault) {
    const auto node = relays_[numbers_.below(relays_.size())];
    const auto& links = planned_.nodes[node].upstreams;
    // What befalls a link that is not in use is seldom seen.
    const auto link = numbers_.happens(75) ? 0 : numbers_.below(links.size());
    fault.node = planned_.nodes[node].name;
    fault.upstream = links[link].upstream;
    fault.lasts = numbers_.between(300ms, 800ms);
    if (fault.kind == fault_kind::quality) {
      fault.quality.delay = numbers_.between(10ms, 100ms);
      fault.quality.loss = static_cast<double>(numbers_.between(0, 10)) / 100;
      if (numbers_.happens(30)) fault.quality.bits_per_second = numbers_.between(2, 10) * 100'000;
    }
    return {std::move(fault), node};
  }

  placed_fault at_node(planned_fault fault) {
    const auto node = numbers_.below(planned_.nodes.size());
    fault.node = planned_.nodes[node].name;
    if (fault.kind == fault_kind::kill_actor) {
      if (const auto actor = actor_of(node)) {
        fault.actor = *actor;
        return {std::move(fault), node};
      }
      fault.kind = fault_kind::stop;
    }
    if (fault.kind != fault_kind::restart) fault.lasts = numbers_.between(200ms, 600ms);
    return {std::move(fault), node};
  }

  /// One that has not been killed there: an actor that fails again soon has to wait.
  std::optional<std::string> actor_of(std::size_t node) {
    const auto& killed = killed_actors_[node];
    if (killed.size() >= most_killed_actors) return std::nullopt;
    auto index = numbers_.below(actors.size());
    while (killed.contains(actors[index])) index = (index + 1) % actors.size();
    return actors[index];
  }

  const plan& planned_;
  node_graph graph_;
  seeded_numbers numbers_;
  std::vector<std::vector<bool>> below_;  ///< what a fault at each node reaches
  std::vector<std::size_t> relays_;
  std::vector<milliseconds> healed_;  ///< when what befell each node, or a link of it, is over
  std::map<std::size_t, std::set<std::string>> killed_actors_;
  milliseconds earliest_{0};
};

void allow_for(const std::vector<planned_fault>& faults, plan& planned) {
  for (auto& listener : planned.listeners) {
    auto& expected = listener.expected;
    expected.most_missing_frames.reset();
    expected.most_gaps.reset();
    expected.most_latency_p99.reset();
    if (!expected.most_recovery) expected.most_recovery = usual_recovery;
  }
  for (auto& node : planned.nodes) {
    if (!node.expected.most_actor_restarts) continue;
    *node.expected.most_actor_restarts += static_cast<std::uint64_t>(
        std::count_if(faults.begin(), faults.end(), [&](const auto& fault) {
          return fault.kind == fault_kind::kill_actor && fault.node == node.name;
        }));
  }
}

}  // namespace

milliseconds healed_at(const planned_fault& fault) {
  return fault.at + fault.lasts.value_or(0ms) + healing_time(fault.kind);
}

std::vector<planned_fault> random_faults(const plan& planned, std::size_t count,
                                         std::uint64_t seed) {
  if (planned.nodes.empty()) return {};
  fault_generator generator{planned, seed};
  std::vector<planned_fault> faults(count);
  std::generate(faults.begin(), faults.end(), [&] { return generator.next(); });
  return faults;
}

void add_random_faults(plan& planned, std::size_t count, std::uint64_t seed) {
  constexpr auto calm_at_the_end = 2s;
  auto added = random_faults(planned, count, seed);
  allow_for(added, planned);
  for (auto& fault : added) {
    planned.duration = std::max(planned.duration, milliseconds{healed_at(fault) + calm_at_the_end});
    planned.faults.push_back(std::move(fault));
  }
}

}  // namespace troupe::topology
