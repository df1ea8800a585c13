#include "apps/topology/running/recoveries.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace troupe::topology {
namespace {

using namespace std::chrono_literals;

constexpr run_time earliest = 100ms;
constexpr run_time latest = 2s;
/// A pause that is a break, beyond the length of the longest frames.
constexpr run_time longest_pause = 150ms + 60ms;

struct silence {
  run_time from{0};
  std::optional<run_time> to;  ///< nothing: it lasted to the run's end
};

std::vector<silence> silences_of(const std::vector<heard_span>& spans, run_time duration) {
  std::vector<silence> result;
  auto last_sound = run_time{0};
  bool is_break = false;  // before the first span there is one only if it is long
  for (const auto& span : spans) {
    if (is_break || span.from - last_sound > longest_pause)
      result.push_back({.from = last_sound, .to = span.from});
    last_sound = span.to;
    is_break = true;
  }
  if (duration - last_sound > longest_pause)
    result.push_back({.from = last_sound, .to = std::nullopt});
  return result;
}

bool explains(const done_fault& fault, run_time break_begin, run_time duration) {
  if (!fault.error.empty()) return false;
  const auto over = fault.ended.value_or(duration);
  return break_begin >= fault.begun - earliest &&
         break_begin <= std::max(fault.begun, over) + latest;
}

std::optional<std::size_t> fault_of(const silence& heard, const std::vector<done_fault>& faults,
                                    run_time duration) {
  std::optional<std::size_t> result;
  for (std::size_t i = 0; i < faults.size(); ++i)
    if (explains(faults[i], heard.from, duration) &&
        (!result || faults[i].begun >= faults[*result].begun))
      result = i;
  return result;
}

recovery recovery_from(const silence& heard, std::size_t index, const done_fault& fault,
                       run_time duration) {
  recovery result{.fault = index,
                  .silence = heard.to.value_or(duration) - heard.from,
                  .after = std::nullopt,
                  .after_end = std::nullopt};
  if (heard.to) result.after = std::max(*heard.to - fault.begun, run_time{0});
  if (heard.to && fault.ended && *heard.to >= *fault.ended)
    result.after_end = *heard.to - *fault.ended;
  return result;
}

}  // namespace

std::vector<recovery> recoveries_of(const std::vector<heard_span>& spans,
                                    const std::vector<done_fault>& faults, run_time duration) {
  std::vector<recovery> result;
  for (const auto& heard : silences_of(spans, duration))
    if (const auto index = fault_of(heard, faults, duration))
      result.push_back(recovery_from(heard, *index, faults[*index], duration));
  return result;
}

}  // namespace troupe::topology
