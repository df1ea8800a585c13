#include "apps/inspect/terminal/supervision_order.hpp"

#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace troupe::inspecting::terminal {
namespace {

class tree_walk {
 public:
  explicit tree_walk(std::span<const actor_facts* const> actors) {
    std::unordered_set<std::string_view> names;
    for (const auto* actor : actors) names.insert(actor->name);
    for (const auto* actor : actors) {
      const std::string_view parent = actor->parent;
      children_[names.contains(parent) ? parent : std::string_view{}].push_back(actor);
    }
    for (const auto* actor : children_[{}]) visit(*actor, 0, {}, {});
    // Those that are left say that they supervise each other.
    for (const auto* actor : actors) visit(*actor, 0, {}, {});
  }

  [[nodiscard]] std::vector<supervised_place> places() && { return std::move(places_); }

 private:
  /// `branch` leads to the actor itself, `stem` to those below it.
  void visit(const actor_facts& actor, int depth, const std::string& branch,
             const std::string& stem) {
    if (!visited_.insert(&actor).second) return;
    places_.push_back({.actor = &actor, .depth = depth, .branches = branch});
    const auto below = children_.find(actor.name);
    if (below == children_.end()) return;
    for (const auto* child : below->second) {
      const bool is_last = child == below->second.back();
      visit(*child, depth + 1, stem + (is_last ? "└─ " : "├─ "), stem + (is_last ? "   " : "│  "));
    }
  }

  std::unordered_map<std::string_view, std::vector<const actor_facts*>> children_;
  std::unordered_set<const actor_facts*> visited_;
  std::vector<supervised_place> places_;
};

}  // namespace

std::vector<supervised_place> in_supervision_order(std::span<const actor_facts* const> actors) {
  return tree_walk{actors}.places();
}

}  // namespace troupe::inspecting::terminal
