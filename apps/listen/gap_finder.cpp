#include "apps/listen/gap_finder.hpp"

#include <algorithm>
#include <utility>

namespace troupe::listening {
namespace {

using std::chrono::nanoseconds;

/// As many frames as the reference node's queue holds: no burst after a hold-up is longer.
constexpr std::size_t most_kept = 500;
constexpr std::chrono::milliseconds longest_wait{100};

}  // namespace

void gap_finder::arrive(const arrived_frame& frame) {
  const auto before = std::exchange(last_, place{frame.captured, frame.duration});
  const auto surplus =
      before ? frame.captured - before->captured - before->duration : nanoseconds{0};
  const auto tolerance = before ? before->duration / 2 : nanoseconds{0};
  if (surplus > tolerance) {
    release();
    missing_duration_ = before->duration;
    suspect_gap(frame, surplus);
    return;
  }
  if (kept_.empty()) return on_frame_(frame, gap{});
  surplus_ += surplus;
  least_surplus_ = std::min(least_surplus_, surplus_);
  keep(frame);
  if (is_decided(surplus, before->duration)) release();
}

/// Whether the frames are back in step, so that what is missing by now is missing for good. Frames
/// that keep coming out of step are not waited for long, unless they are catching up.
bool gap_finder::is_decided(nanoseconds surplus, nanoseconds frame_duration) const {
  const bool in_step = std::chrono::abs(surplus) <= frame_duration / 8;
  const bool catching_up = surplus < -frame_duration / 2;
  const auto waited = frame_duration * static_cast<std::int64_t>(kept_.size());
  return in_step || (!catching_up && waited >= longest_wait) || kept_.size() >= most_kept;
}

void gap_finder::suspect_gap(const arrived_frame& frame, nanoseconds surplus) {
  surplus_ = surplus;
  least_surplus_ = surplus;
  keep(frame);
}

void gap_finder::keep(const arrived_frame& frame) {
  kept_.push_back({{frame.packet.begin(), frame.packet.end()}, frame});
}

void gap_finder::release() {
  if (kept_.empty()) return;
  const auto missing = (least_surplus_ + missing_duration_ / 2) / missing_duration_;
  gap before{static_cast<std::uint64_t>(std::max<std::int64_t>(0, missing)), missing_duration_};
  for (auto& each : kept_) {
    each.frame.packet = each.packet;
    on_frame_(each.frame, std::exchange(before, gap{}));
  }
  kept_.clear();
}

}  // namespace troupe::listening
