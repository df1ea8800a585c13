#include "actors/telemetry/latency_statistics.hpp"

#include <algorithm>
#include <cmath>

namespace troupe::telemetry {
namespace {

constexpr double alpha = 0.1;
constexpr double slow_alpha = 0.01;
/// RFC 3550, 6.4.1: the mean deviation moves by a sixteenth of the difference.
constexpr double jitter_gain = 1.0 / 16.0;
constexpr double direction_threshold = 0.1;
constexpr double volatile_threshold = 0.5;

std::chrono::nanoseconds rounded(double nanoseconds) {
  return std::chrono::nanoseconds{std::llround(nanoseconds)};
}

}  // namespace

void latency_statistics::start_with(std::chrono::nanoseconds sample) {
  average_ns_ = slow_average_ns_ = static_cast<double>(sample.count());
  summary_.min = summary_.max = summary_.current = sample;
}

void latency_statistics::add(std::chrono::nanoseconds sample) {
  if (summary_.count == 0) start_with(sample);
  const auto value = static_cast<double>(sample.count());
  const auto difference = std::abs(value - static_cast<double>(summary_.current.count()));
  jitter_ns_ += (difference - jitter_ns_) * jitter_gain;
  average_ns_ += (value - average_ns_) * alpha;
  slow_average_ns_ += (value - slow_average_ns_) * slow_alpha;
  ++summary_.count;
  summary_.current = sample;
  summary_.average = rounded(average_ns_);
  summary_.min = std::min(summary_.min, sample);
  summary_.max = std::max(summary_.max, sample);
  summary_.jitter = rounded(jitter_ns_);
  summary_.trend = trend();
}

latency_trend latency_statistics::trend() const {
  if (summary_.count < settling) return latency_trend::stable;
  const auto margin = slow_average_ns_ * direction_threshold;
  if (average_ns_ > slow_average_ns_ + margin) return latency_trend::increasing;
  if (average_ns_ < slow_average_ns_ - margin) return latency_trend::decreasing;
  if (jitter_ns_ > average_ns_ * volatile_threshold) return latency_trend::volatile_;
  return latency_trend::stable;
}

}  // namespace troupe::telemetry
