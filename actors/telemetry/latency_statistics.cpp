#include "actors/telemetry/latency_statistics.hpp"

#include <cmath>

namespace troupe::telemetry {
namespace {

using std::chrono::nanoseconds;

constexpr double alpha = 0.1;
constexpr double slow_alpha = 0.01;
/// RFC 3550, 6.4.1: the mean deviation moves by a sixteenth of the difference.
constexpr double jitter_gain = 1.0 / 16.0;
constexpr double direction_threshold = 0.1;
constexpr double volatile_threshold = 0.5;

nanoseconds rounded(double value) { return nanoseconds{std::llround(value)}; }

}  // namespace

latency_window latency_sums::window() const {
  return {.count = count_,
          .min = min_,
          .max = max_,
          .mean = rounded(mean_ns()),
          .jitter = rounded(jitter_ns())};
}

latency_trend trend_of(double before_ns, double now_ns, double jitter_ns) {
  const auto margin = before_ns * direction_threshold;
  if (now_ns > before_ns + margin) return latency_trend::increasing;
  if (now_ns < before_ns - margin) return latency_trend::decreasing;
  if (jitter_ns > now_ns * volatile_threshold) return latency_trend::volatile_;
  return latency_trend::stable;
}

template <class ColumnCount, class TotalCount>
void latency_statistics<ColumnCount, TotalCount>::add(nanoseconds sample) {
  const auto value = static_cast<double>(sample.count());
  if (all_.count() == 0) {
    average_ns_ = slow_average_ns_ = value;
    current_ = sample;
  }
  const auto difference = std::chrono::abs(sample - current_);
  jitter_ns_ += (static_cast<double>(difference.count()) - jitter_ns_) * jitter_gain;
  average_ns_ += (value - average_ns_) * alpha;
  slow_average_ns_ += (value - slow_average_ns_) * slow_alpha;
  current_ = sample;
  all_.add(sample, difference);
  second_.add(sample, difference);
  minute_[column_].add(sample, difference);
  counts_.record(sample, column_, column_of_second);
}

template <class ColumnCount, class TotalCount>
void latency_statistics<ColumnCount, TotalCount>::pass(steady_time now) {
  if (second_began_ == steady_time{}) {
    second_began_ = now;
    column_ends_ = now + column_length;
  }
  if (now - second_began_ < shortest_second) return;
  end_second(now);
  for (std::size_t i = 0; i < columns_of_minute && now >= column_ends_; ++i) {
    begin_column();
    column_ends_ += column_length;
  }
  if (now >= column_ends_) column_ends_ = now + column_length;  // nobody looked for a minute
}

/// What came since the last look, unless that is so long ago that it says nothing of now.
template <class ColumnCount, class TotalCount>
void latency_statistics<ColumnCount, TotalCount>::end_second(steady_time now) {
  last_second_ = now - second_began_ <= longest_second ? window_of_second() : latency_window{};
  second_ = {};
  counts_.clear(column_of_second);
  second_began_ = now;
}

template <class ColumnCount, class TotalCount>
void latency_statistics<ColumnCount, TotalCount>::begin_column() {
  column_ = (column_ + 1) % columns_of_minute;
  minute_[column_] = {};
  counts_.clear(column_);
}

template <class ColumnCount, class TotalCount>
latency_sums latency_statistics<ColumnCount, TotalCount>::sums_of_minute() const {
  latency_sums result;
  for (const auto& each : minute_) result.add(each);
  return result;
}

template <class ColumnCount, class TotalCount>
latency_trend latency_statistics<ColumnCount, TotalCount>::trend_of_minute() const {
  latency_sums earlier;
  latency_sums later;
  for (std::size_t age = 0; age < columns_of_minute; ++age) {
    const auto& column = minute_[(column_ + columns_of_minute - age) % columns_of_minute];
    (age < columns_of_minute / 2 ? later : earlier).add(column);
  }
  if (earlier.count() == 0 || later.count() == 0) return latency_trend::stable;
  return trend_of(earlier.mean_ns(), later.mean_ns(), later.jitter_ns());
}

template <class ColumnCount, class TotalCount>
std::array<std::uint64_t, 4> latency_statistics<ColumnCount, TotalCount>::ranks_in(
    std::uint64_t count) {
  constexpr std::array<std::uint64_t, 4> per_mille{500, 950, 990, 999};
  std::array<std::uint64_t, 4> result{};
  std::transform(per_mille.begin(), per_mille.end(), result.begin(), [=](auto each) {
    return std::max<std::uint64_t>(1, (count * each + 999) / 1000);
  });
  return result;
}

/// A bucket's middle may lie outside of what there was.
template <class ColumnCount, class TotalCount>
void latency_statistics<ColumnCount, TotalCount>::take_percentiles(
    latency_window& window, const std::array<nanoseconds, 4>& found) {
  const auto within = [&](nanoseconds value) { return std::clamp(value, window.min, window.max); };
  window.p50 = within(found[0]);
  window.p95 = within(found[1]);
  window.p99 = within(found[2]);
  window.p999 = within(found[3]);
}

template <class ColumnCount, class TotalCount>
latency_window latency_statistics<ColumnCount, TotalCount>::window_of_second() const {
  auto result = second_.window();
  if (result.count == 0) return result;
  take_percentiles(
      result, counts_.at_ranks_in(column_of_second, column_of_second + 1, ranks_in(result.count)));
  result.trend = trend_of(sums_of_minute().mean_ns(), second_.mean_ns(), second_.jitter_ns());
  return result;
}

template <class ColumnCount, class TotalCount>
latency_window latency_statistics<ColumnCount, TotalCount>::window_of_minute() const {
  auto result = sums_of_minute().window();
  if (result.count == 0) return result;
  take_percentiles(result, counts_.at_ranks_in(0, columns_of_minute, ranks_in(result.count)));
  result.trend = trend_of_minute();
  return result;
}

template <class ColumnCount, class TotalCount>
latency_window latency_statistics<ColumnCount, TotalCount>::window_of_all() const {
  auto result = all_.window();
  if (result.count == 0) return result;
  take_percentiles(result, counts_.at_ranks_in_all(ranks_in(result.count)));
  if (result.count >= settling) result.trend = trend_of(slow_average_ns_, average_ns_, jitter_ns_);
  return result;
}

template <class ColumnCount, class TotalCount>
nanoseconds latency_statistics<ColumnCount, TotalCount>::average() const {
  return rounded(average_ns_);
}

template <class ColumnCount, class TotalCount>
nanoseconds latency_statistics<ColumnCount, TotalCount>::jitter() const {
  return rounded(jitter_ns_);
}

template <class ColumnCount, class TotalCount>
latency_summary latency_statistics<ColumnCount, TotalCount>::summary() const {
  auto all = window_of_all();
  return {.stage = stage_,
          .current = current_,
          .average = average(),
          .jitter = jitter(),
          .trend = all.trend,
          .last_second = last_second_,
          .last_minute = window_of_minute(),
          .since_start = all};
}

template class latency_statistics<std::uint32_t, std::uint64_t>;
template class latency_statistics<std::uint16_t, std::uint32_t>;

}  // namespace troupe::telemetry
