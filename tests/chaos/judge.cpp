#include "tests/chaos/judge.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include <spdlog/fmt/fmt.h>

#include "tests/chaos/account_check.hpp"
#include "tests/chaos/frame_duration.hpp"
#include "tests/chaos/stream_check.hpp"

namespace troupe::chaos {
namespace {

using namespace std::chrono_literals;

/// No frame is missed by a shorter one: what waits at its narrowest place is 6 frames, 120 ms.
constexpr auto disturbing_stall = 100ms;
/// A stall so long before a fault may still be felt after it.
constexpr auto stall_aftermath = 250ms;
/// The goal is 100 ms. With 100 ms of backoff after faults before, a hang that is noticed after 75,
/// and a machine that stands still for a moment, it may be so long.
constexpr auto longest_silence = 300ms;
/// With more of the faults disturbed, too little is judged.
constexpr double most_disturbed = 0.1;

struct time_span {
  steady_time from;
  steady_time to;
};

/// Frames that are missing between two neighbours.
std::uint64_t missing_between(const heard_frame& earlier, const heard_frame& later) {
  const std::chrono::duration<double> apart = later.timestamp - earlier.timestamp;
  const auto frames = std::llround(apart / std::chrono::duration<double>{frame_duration});
  return frames > 1 ? static_cast<std::uint64_t>(frames - 1) : 0;
}

std::span<const heard_frame> from_arrival(const heard_connection& connection, steady_time when) {
  const auto first = std::partition_point(connection.frames.begin(), connection.frames.end(),
                                          [=](const auto& frame) { return frame.arrival < when; });
  return {first, connection.frames.end()};
}

/// At gaps whose end came in `span`. Where a connection begins is no gap.
std::uint64_t missed_in(const listener_record& listener, const time_span& span) {
  std::uint64_t missed = 0;
  for (const auto& connection : listener.connections)
    for (const auto& frame : from_arrival(connection, span.from)) {
      if (frame.arrival >= span.to) break;
      if (&frame != &connection.frames.front()) missed += missing_between(*(&frame - 1), frame);
    }
  return missed;
}

std::optional<std::chrono::nanoseconds> time_to_frame(const listener_record& listener,
                                                      steady_time from) {
  for (const auto& connection : listener.connections)
    if (const auto frames = from_arrival(connection, from); !frames.empty())
      return frames.front().arrival - from;
  return std::nullopt;
}

bool is_absent(const listener_record& listener, const time_span& span) {
  return std::any_of(listener.absences.begin(), listener.absences.end(), [&](const auto& absence) {
    return absence.from < span.to && (!absence.until || *absence.until > span.from);
  });
}

bool is_disturbed(const std::vector<stall>& stalls, const time_span& span) {
  return std::any_of(stalls.begin(), stalls.end(), [&](const auto& one) {
    return one.to - one.from >= disturbing_stall && one.from < span.to &&
           one.to > span.from - stall_aftermath;
  });
}

/// From a fault to the next one, or to the end.
time_span time_of(std::size_t fault_index, const observation& seen) {
  const auto& faults = seen.faults;
  return {.from = faults[fault_index].when,
          .to = fault_index + 1 < faults.size() ? faults[fault_index + 1].when : seen.ended};
}

fault_effect effect_of(std::size_t fault_index, const observation& seen) {
  const auto span = time_of(fault_index, seen);
  fault_effect effect{.is_disturbed = is_disturbed(seen.stalls, span)};
  for (const auto& listener : seen.listeners) {
    if (is_absent(listener, span)) continue;
    effect.missed_frames = std::max(effect.missed_frames, missed_in(listener, span));
    const auto next = time_to_frame(listener, span.from);
    if (next) effect.next_frame = std::max(effect.next_frame.value_or(0ns), *next);
  }
  return effect;
}

void find_effects(const observation& seen, judgement& result) {
  for (std::size_t i = 0; i < seen.faults.size(); ++i) result.effects.push_back(effect_of(i, seen));
}

void judge_answers(const observation& seen, judgement& result) {
  for (const auto& injected : seen.faults)
    if (injected.answer != "ok")
      result.violations.push_back(
          fmt::format("{}: the node answered \"{}\"", to_string(injected), injected.answer));
}

void judge_misses(const observation& seen, judgement& result) {
  std::size_t disturbed = 0;
  for (std::size_t i = 0; i < seen.faults.size(); ++i) {
    const auto& effect = result.effects[i];
    const auto allowed = allowed_misses(seen.faults[i].what);
    if (effect.is_disturbed) {
      ++disturbed;
    } else if (effect.missed_frames > allowed) {
      result.violations.push_back(fmt::format("{}: {} frames missed, at most {} allowed",
                                              to_string(seen.faults[i]), effect.missed_frames,
                                              allowed));
    }
  }
  if (static_cast<double>(disturbed) > most_disturbed * static_cast<double>(seen.faults.size()))
    result.violations.push_back(
        fmt::format("the machine is too busy: it stood still at {} of {} faults", disturbed,
                    seen.faults.size()));
}

void judge_silences(const observation& seen, judgement& result) {
  for (std::size_t i = 0; i < seen.faults.size(); ++i) {
    const auto& effect = result.effects[i];
    if (effect.is_disturbed || effect.next_frame.value_or(0ns) <= longest_silence) continue;
    result.violations.push_back(fmt::format(
        "{}: nothing heard for {} ms", to_string(seen.faults[i]),
        std::chrono::duration_cast<std::chrono::milliseconds>(*effect.next_frame).count()));
  }
}

void judge_time_without_faults(const observation& seen, judgement& result) {
  const time_span before{.from = seen.began,
                         .to = seen.faults.empty() ? seen.ended : seen.faults.front().when};
  for (const auto& listener : seen.listeners)
    result.missed_before_faults =
        std::max(result.missed_before_faults, missed_in(listener, before));
  if (result.missed_before_faults > 0)
    result.violations.push_back(
        fmt::format("{} frames missed before the first fault{}", result.missed_before_faults,
                    is_disturbed(seen.stalls, before) ? ": the machine stood still" : ""));
}

/// Times from a hit until its listener heard something on a new connection.
std::vector<std::chrono::nanoseconds> returns_of(const observation& seen) {
  std::vector<std::chrono::nanoseconds> result;
  for (const auto& listener : seen.listeners)
    for (const auto& absence : listener.absences)
      if (absence.connection != 0 && absence.needs_new_connection && absence.until)
        result.push_back(*absence.until - absence.from);
  return result;
}

}  // namespace

std::uint64_t allowed_misses(const fault& what) {
  const bool carries_frames =
      what.target == fault_target::frame_processor || what.target == fault_target::source;
  if (!carries_frames) return 0;
  // A hang is noticed after 65 ms, and there may be 100 ms of backoff after faults before it: then
  // 9 frames come at once, of which 6 fit. Else the frame in hand may go with whoever has it.
  return what.kind == fault_kind::hang ? 3 : 1;
}

judgement judge(const observation& seen, std::chrono::nanoseconds interval) {
  judgement result;
  result.violations = seen.troubles;
  judge_time_without_faults(seen, result);
  find_effects(seen, result);
  judge_answers(seen, result);
  if (interval >= distinct_interval) {
    judge_misses(seen, result);
    judge_silences(seen, result);
  }
  check_streams(seen, result.violations);
  check_account(seen, result.violations);
  result.returns = returns_of(seen);
  for (const auto& listener : seen.listeners)
    for (const auto& connection : listener.connections)
      result.frames_heard += connection.frames.size();
  for (const auto& one : seen.stalls)
    result.longest_stall =
        std::max<std::chrono::nanoseconds>(result.longest_stall, one.to - one.from);
  return result;
}

}  // namespace troupe::chaos
