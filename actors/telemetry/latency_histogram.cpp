#include "actors/telemetry/latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>

namespace troupe::telemetry {
namespace {

using std::chrono::nanoseconds;

constexpr unsigned step_bits = 7;
constexpr std::size_t steps = std::size_t{1} << step_bits;
constexpr std::size_t exact_values = 2 * steps;
constexpr std::size_t powers = 63 - (step_bits + 1);
constexpr std::size_t bucket_count = exact_values + powers * steps;

/// How far a value is shifted until only its leading bit and the bits of its step are left.
unsigned shift_for(std::uint64_t value) {
  return static_cast<unsigned>(std::bit_width(value)) - (step_bits + 1);
}

std::size_t bucket_of(std::uint64_t value) {
  if (value < exact_values) return static_cast<std::size_t>(value);
  const auto shift = shift_for(value);
  return shift * steps + static_cast<std::size_t>(value >> shift);
}

/// The value in the middle of a bucket.
std::uint64_t middle_of(std::size_t bucket) {
  if (bucket < exact_values) return bucket;
  const auto shift = static_cast<unsigned>(bucket / steps - 1);
  const std::uint64_t lowest = static_cast<std::uint64_t>(bucket - shift * steps) << shift;
  return lowest + (std::uint64_t{1} << shift) / 2;
}

}  // namespace

latency_histogram::latency_histogram() : counts_(bucket_count) {}

void latency_histogram::record(nanoseconds latency) {
  const auto value = std::max(latency, nanoseconds{0});
  ++counts_[bucket_of(static_cast<std::uint64_t>(value.count()))];
  ++count_;
  max_ = std::max(max_, value);
}

nanoseconds latency_histogram::percentile(double percent) const {
  if (count_ == 0) return nanoseconds{0};
  // A little less, so that the rounding of 99.9 % of 1000 does not end one rank too high.
  constexpr double rounding = 1e-6;
  const auto exact_rank = std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(count_);
  const auto rank = std::clamp<std::uint64_t>(
      static_cast<std::uint64_t>(std::ceil(std::max(0.0, exact_rank - rounding))), 1, count_);
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    seen += counts_[bucket];
    if (seen >= rank)
      return std::min(max_, nanoseconds{static_cast<std::int64_t>(middle_of(bucket))});
  }
  return max_;
}

}  // namespace troupe::telemetry
