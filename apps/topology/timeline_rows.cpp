#include "apps/topology/timeline_rows.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "apps/topology/outcome_figures.hpp"

namespace troupe::topology {
namespace {

using listeners = std::vector<const listener_outcome*>;

/// When how many of them heard.
std::vector<shared_span> shared_spans(const listeners& of_row) {
  std::map<run_time, int> changes;
  for (const auto* listener : of_row) {
    for (const auto& span : listener->spans) {
      ++changes[span.from];
      --changes[span.to];
    }
  }
  std::vector<shared_span> spans;
  int hearing = 0;
  run_time since{0};
  for (const auto& [at, change] : changes) {
    if (change == 0) continue;
    if (hearing > 0) spans.push_back({since, at, hearing / static_cast<double>(of_row.size())});
    hearing += change;
    since = at;
  }
  return spans;
}

timeline_row row_of(const std::string& name, const listeners& of_row) {
  return {of_row.size() > 1 ? fmt::format("{} ×{}", name, of_row.size()) : name,
          shared_spans(of_row)};
}

bool was_silent(const listener_outcome* listener, run_time duration) {
  return gaps(*listener) > 0 || !heard_at_the_end(*listener, duration);
}

std::vector<timeline_row> one_by_one(const outcome& seen) {
  std::vector<timeline_row> rows;
  rows.reserve(seen.listeners.size());
  for (const auto& listener : seen.listeners) rows.push_back(row_of(listener.name, {&listener}));
  return rows;
}

}  // namespace

std::vector<timeline_row> timeline_rows(const judged_run& run, std::size_t most) {
  if (run.seen.listeners.size() <= most) return one_by_one(run.seen);
  std::vector<listeners> by_plan(run.planned.listeners.size());
  for (const auto& listener : run.seen.listeners)
    if (listener.planned < by_plan.size()) by_plan[listener.planned].push_back(&listener);
  const auto are_few = by_plan.size() <= most;
  std::vector<timeline_row> rows;
  listeners others;
  for (std::size_t i = 0; i < by_plan.size(); ++i) {
    const auto& of_it = by_plan[i];
    const auto is_told = are_few || std::any_of(of_it.begin(), of_it.end(), [&](const auto* each) {
                           return was_silent(each, run.seen.duration);
                         });
    if (is_told && rows.size() + 1 < most + (are_few ? 1 : 0)) {
      rows.push_back(row_of(run.planned.listeners[i].name, of_it));
    } else {
      others.insert(others.end(), of_it.begin(), of_it.end());
    }
  }
  if (!others.empty()) rows.push_back(row_of("others", others));
  return rows;
}

}  // namespace troupe::topology
