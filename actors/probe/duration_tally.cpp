#include "actors/probe/duration_tally.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace troupe::probe {
namespace {

using std::chrono::nanoseconds;

constexpr int sub_bits = 3;
static_assert(duration_buckets::per_octave == 1U << sub_bits);

std::size_t index_of(const duration_buckets::place& which) {
  return which.octave * duration_buckets::per_octave + which.bucket;
}

duration_buckets::place place_at(std::size_t index) {
  return {index / duration_buckets::per_octave, index % duration_buckets::per_octave};
}

}  // namespace

duration_buckets::place duration_buckets::of(nanoseconds duration) noexcept {
  const auto count = static_cast<std::uint64_t>(std::max<nanoseconds::rep>(duration.count(), 0));
  if (count < per_octave) return {0, static_cast<std::size_t>(count)};
  const auto shift = static_cast<int>(std::bit_width(count)) - 1 - sub_bits;
  return {static_cast<std::size_t>(shift) + 1,
          static_cast<std::size_t>(count >> shift) % per_octave};
}

nanoseconds duration_buckets::begin_of(const place& which) noexcept {
  if (which.octave == 0) return nanoseconds{which.bucket};
  return nanoseconds{(per_octave + which.bucket) << (which.octave - 1)};
}

nanoseconds duration_buckets::width_of(const place& which) noexcept {
  return nanoseconds{which.octave == 0 ? 1 : std::int64_t{1} << (which.octave - 1)};
}

nanoseconds duration_tally::mean() const {
  return count_ == 0 ? nanoseconds{} : total_ / static_cast<nanoseconds::rep>(count_);
}

nanoseconds duration_tally::quantile(double share) const {
  std::uint64_t all = 0;
  for (const auto count : buckets_) all += count;
  if (all == 0) return {};
  const double rank = std::max(1.0, std::ceil(share * static_cast<double>(all)));
  double before = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    const auto here = static_cast<double>(buckets_[i]);
    if (here > 0 && before + here >= rank) {
      // As if they lay evenly in their bucket.
      const auto which = place_at(i);
      const double part = (rank - before - 0.5) / here;
      const auto width = static_cast<double>(duration_buckets::width_of(which).count());
      const nanoseconds offset{static_cast<nanoseconds::rep>(part * width)};
      return std::min(duration_buckets::begin_of(which) + offset, max_);
    }
    before += here;
  }
  return max_;
}

void duration_tally::add(nanoseconds duration) {
  add(1, duration, duration);
  add_to_bucket(duration_buckets::of(duration), 1);
}

void duration_tally::add(std::uint64_t count, nanoseconds total, nanoseconds max) {
  count_ += count;
  total_ += total;
  max_ = std::max(max_, max);
}

void duration_tally::add_to_bucket(const duration_buckets::place& which, std::uint64_t count) {
  buckets_.resize(duration_buckets::octaves * duration_buckets::per_octave);
  buckets_.at(index_of(which)) += count;
}

duration_tally& duration_tally::operator+=(const duration_tally& other) {
  add(other.count_, other.total_, other.max_);
  buckets_.resize(std::max(buckets_.size(), other.buckets_.size()));
  for (std::size_t i = 0; i < other.buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  return *this;
}

}  // namespace troupe::probe
