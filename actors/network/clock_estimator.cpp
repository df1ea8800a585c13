#include "actors/network/clock_estimator.hpp"

#include <algorithm>

namespace troupe::network {
namespace {

using namespace std::chrono_literals;

/// Answers that the drift is found from are so far apart, and so old at most: over a longer time
/// it is not the same.
constexpr auto comparison_interval = 2s;
constexpr auto comparison_memory = 64s;
/// What the drift itself may change in that time.
constexpr double drift_tolerance = 2e-6;
/// What reading two clocks one after the other leaves open.
constexpr double resolution = 1e-6;

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>{duration}.count();
}

std::chrono::nanoseconds nanoseconds_of(double duration) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>{duration});
}

}  // namespace

clock_estimator::bounds clock_estimator::common(const bounds& left, const bounds& right) {
  return {.low = std::max(left.low, right.low), .high = std::min(left.high, right.high)};
}

clock_estimator::bounds clock_estimator::offset_at(steady_time now) const {
  const double since = seconds(now - latest_->at);
  return {.low = latest_->offset.low + drift_.low * since,
          .high = latest_->offset.high + drift_.high * since};
}

clock_estimator::bounds clock_estimator::drift_since(const reading& earlier,
                                                     const reading& later) const {
  const double between = seconds(later.at - earlier.at);
  return {.low = (later.offset.low - earlier.offset.high) / between - drift_tolerance,
          .high = (later.offset.high - earlier.offset.low) / between + drift_tolerance};
}

void clock_estimator::begin(const reading& first) {
  latest_ = first;
  drift_ = {.low = -largest_drift, .high = largest_drift};
  earlier_.assign(1, first);
}

clock_estimator::verdict clock_estimator::add(const answer& added) {
  const reading news{.at = added.heard_at,
                     .offset = {.low = seconds(added.answered - added.heard) - resolution,
                                .high = seconds(added.came - added.asked) + resolution}};
  // Such as answered before it came. A clock that is set meanwhile makes one, too.
  if (news.offset.contain_nothing()) return verdict::impossible;
  if (!latest_) {
    begin(news);
    return verdict::agrees;
  }
  const reading together{.at = news.at, .offset = common(offset_at(news.at), news.offset)};
  if (together.offset.contain_nothing()) {
    begin(news);
    return verdict::contradicts;
  }
  keep(together);
  return verdict::agrees;
}

void clock_estimator::keep(const reading& latest) {
  latest_ = latest;
  while (earlier_.size() > 1 && latest.at - earlier_.front().at > comparison_memory)
    earlier_.pop_front();
  bounds drift{.low = -largest_drift, .high = largest_drift};
  for (const auto& each : earlier_)
    if (latest.at - each.at >= comparison_interval)
      drift = common(drift, drift_since(each, latest));
  // It has changed by more than what was allowed for.
  if (drift.contain_nothing()) drift = {.low = -largest_drift, .high = largest_drift};
  drift_ = drift;
  if (latest.at - earlier_.back().at >= comparison_interval) earlier_.push_back(latest);
}

std::optional<clock_estimator::estimate> clock_estimator::at(steady_time now) const {
  if (!latest_) return std::nullopt;
  const auto offset = offset_at(now);
  return estimate{.offset = nanoseconds_of((offset.low + offset.high) / 2),
                  .error = nanoseconds_of((offset.high - offset.low) / 2),
                  .drift = (drift_.low + drift_.high) / 2};
}

}  // namespace troupe::network
