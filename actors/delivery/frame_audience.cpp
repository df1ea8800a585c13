#include "actors/delivery/frame_audience.hpp"

#include <algorithm>
#include <utility>

namespace troupe::delivery {

bool frame_audience::take_in(const frame_info& frame) {
  if (last_sequence_ && frame.sequence <= *last_sequence_) {
    ++counters_.frames_late;
    return false;
  }
  last_sequence_ = frame.sequence;
  format_ = frame.format;
  ++counters_.frames_accepted;
  if (connections_.empty()) ++counters_.frames_unheard;
  return true;
}

std::uint64_t frame_audience::refuse() {
  const std::lock_guard lock{mutex_};
  return ++counters_.frames_invalid;
}

std::vector<connection_actor>::iterator frame_audience::find(caf::actor_id connection) {
  return std::find_if(connections_.begin(), connections_.end(),
                      [=](const auto& known) { return known.id() == connection; });
}

bool frame_audience::join(const connection_actor& connection) {
  const std::lock_guard lock{mutex_};
  if (find(connection.id()) != connections_.end()) return false;
  connections_.push_back(connection);
  return true;
}

void frame_audience::leave(caf::actor_id connection) {
  const std::lock_guard lock{mutex_};
  const auto found = find(connection);
  if (found == connections_.end()) return;
  std::swap(*found, connections_.back());
  connections_.pop_back();
}

std::vector<connection_actor> frame_audience::connections() const {
  const std::lock_guard lock{mutex_};
  return connections_;
}

stream_format frame_audience::format() const {
  const std::lock_guard lock{mutex_};
  return format_;
}

processor_report frame_audience::report() const {
  const std::lock_guard lock{mutex_};
  return counters_;
}

}  // namespace troupe::delivery
