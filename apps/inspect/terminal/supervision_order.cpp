#include "apps/inspect/terminal/supervision_order.hpp"

#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace troupe::inspecting::terminal {
namespace {

class tree_walk {
 public:
  explicit tree_walk(const std::vector<actor_facts>& actors) {
    std::unordered_set<std::string_view> names;
    for (const auto& actor : actors) names.insert(actor.name);
    for (std::size_t index = 0; index < actors.size(); ++index) {
      names_.push_back(actors[index].name);
      const std::string_view parent = actors[index].parent;
      children_[names.contains(parent) ? parent : std::string_view{}].push_back(index);
    }
  }

  [[nodiscard]] std::vector<supervised_place> places() {
    for (const auto index : children_[{}]) visit(index, 0, {}, {});
    return std::move(places_);
  }

 private:
  /// `branch` leads to the actor itself, `stem` to those below it.
  void visit(std::size_t index, int depth, const std::string& branch, const std::string& stem) {
    places_.push_back({.index = index, .depth = depth, .branches = branch});
    const auto found = children_.find(names_[index]);
    // A name is followed once: who says that it is its own parent's parent gets no endless tree.
    if (found == children_.end()) return;
    const auto below = std::move(found->second);
    children_.erase(found);
    for (const auto child : below) {
      const bool is_last = child == below.back();
      visit(child, depth + 1, stem + (is_last ? "└─ " : "├─ "), stem + (is_last ? "   " : "│  "));
    }
  }

  std::vector<std::string_view> names_;
  std::unordered_map<std::string_view, std::vector<std::size_t>> children_;
  std::vector<supervised_place> places_;
};

}  // namespace

std::vector<supervised_place> in_supervision_order(const std::vector<actor_facts>& actors) {
  return tree_walk{actors}.places();
}

}  // namespace troupe::inspecting::terminal
