#include "actors/probe/trace_recorder.hpp"

#include <utility>

namespace troupe::probe {

std::string_view to_string(frame_step step) {
  switch (step) {
    case frame_step::captured:
      return "captured";
    case frame_step::encoded:
      return "encoded";
    case frame_step::received:
      return "received";
    case frame_step::processed:
      return "processed";
    case frame_step::queued:
      return "queued";
    case frame_step::written:
      return "written";
    case frame_step::sent:
      return "sent";
  }
  return "";
}

bool trace_recorder::start(steady_time until) {
  trace_recording fresh{.began = now_(), .until = until, .turns = {}, .steps = {}};
  fresh.turns.reserve(room);
  fresh.steps.reserve(room);
  const std::lock_guard lock{mutex_};
  if (recording_ && fresh.began < recording_->until + time_to_take) return false;
  recording_ = std::move(fresh);
  is_on_.store(true, std::memory_order_relaxed);
  return true;
}

std::optional<steady_time> trace_recorder::until() const {
  const std::lock_guard lock{mutex_};
  if (!recording_ || now_() >= recording_->until) return std::nullopt;
  return recording_->until;
}

std::optional<trace_recording> trace_recorder::take() {
  const std::lock_guard lock{mutex_};
  if (!recording_ || now_() < recording_->until) return std::nullopt;
  is_on_.store(false, std::memory_order_relaxed);
  return std::exchange(recording_, std::nullopt);
}

void trace_recorder::forget_old() {
  const std::lock_guard lock{mutex_};
  if (!recording_ || now_() < recording_->until + kept_for) return;
  is_on_.store(false, std::memory_order_relaxed);
  recording_.reset();
}

/// With the lock closed.
bool trace_recorder::takes(steady_time at) {
  if (!recording_) return false;
  if (at < recording_->until) return true;
  is_on_.store(false, std::memory_order_relaxed);
  return false;
}

void trace_recorder::note(const traced_turn& turn) {
  const std::lock_guard lock{mutex_};
  if (!takes(turn.at)) return;
  if (recording_->turns.size() < room)
    recording_->turns.push_back(turn);
  else
    ++recording_->dropped;
}

void trace_recorder::note(const traced_step& step) {
  const std::lock_guard lock{mutex_};
  if (!takes(step.at)) return;
  if (recording_->steps.size() < room)
    recording_->steps.push_back(step);
  else
    ++recording_->dropped;
}

}  // namespace troupe::probe
