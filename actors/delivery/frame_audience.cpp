#include "actors/delivery/frame_audience.hpp"

#include <algorithm>
#include <utility>

namespace troupe::delivery {

bool frame_audience::take_in(const frame_info& frame) {
  if (last_ && frame.stream == last_->stream && frame.sequence <= last_->sequence) {
    ++counters_.frames_late;
    return false;
  }
  last_ = frame;
  format_ = frame.format;
  ++counters_.frames_accepted;
  if (listeners_.empty()) ++counters_.frames_unheard;
  return true;
}

std::uint64_t frame_audience::refuse() {
  const std::lock_guard lock{mutex_};
  return ++counters_.frames_invalid;
}

void frame_audience::hand_out(const frame_ptr& frame, caf::execution_unit* host) {
  const std::lock_guard lock{mutex_};
  if (!take_in(frame->info())) return;
  counters_.bytes_accepted += frame->wire_image().size();
  for (const auto& each : listeners_) each.inbox->post(frame, *each.wakes, host);
}

std::vector<frame_audience::listener>::iterator frame_audience::find(caf::actor_id connection) {
  return std::find_if(listeners_.begin(), listeners_.end(),
                      [=](const auto& known) { return known.connection.id() == connection; });
}

bool frame_audience::join(const connection_actor& connection, frame_inbox_ptr inbox) {
  auto& joins = wakeable_behind(connection);
  const std::lock_guard lock{mutex_};
  if (find(connection.id()) != listeners_.end()) return false;
  listeners_.push_back({connection, &joins, std::move(inbox)});
  backlog_->set_wanted(true);
  return true;
}

void frame_audience::leave(caf::actor_id connection) {
  const std::lock_guard lock{mutex_};
  const auto found = find(connection);
  if (found == listeners_.end()) return;
  std::swap(*found, listeners_.back());
  listeners_.pop_back();
  backlog_->set_wanted(!listeners_.empty());
}

std::size_t frame_audience::size() const {
  const std::lock_guard lock{mutex_};
  return listeners_.size();
}

stream_format frame_audience::format() const {
  if (const auto next = backlog_->format()) return *next;
  const std::lock_guard lock{mutex_};
  return format_;
}

std::optional<stream_id> frame_audience::stream() const {
  const std::lock_guard lock{mutex_};
  return last_ ? std::optional{last_->stream} : std::nullopt;
}

processor_report frame_audience::report() const {
  const std::lock_guard lock{mutex_};
  return counters_;
}

}  // namespace troupe::delivery
