#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "actors/telemetry/windowed_histogram.hpp"
#include "protocol/clock.hpp"
#include "protocol/latency.hpp"

namespace troupe::telemetry {

/// Adds up readings one by one.
class latency_sums {
 public:
  void add(std::chrono::nanoseconds sample, std::chrono::nanoseconds difference_to_last) {
    min_ = count_ == 0 ? sample : std::min(min_, sample);
    max_ = count_ == 0 ? sample : std::max(max_, sample);
    ++count_;
    sum_ns_ += static_cast<double>(sample.count());
    differences_ns_ += static_cast<double>(difference_to_last.count());
  }

  void add(const latency_sums& other) {
    if (other.count_ == 0) return;
    min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
    max_ = count_ == 0 ? other.max_ : std::max(max_, other.max_);
    count_ += other.count_;
    sum_ns_ += other.sum_ns_;
    differences_ns_ += other.differences_ns_;
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] double mean_ns() const { return count_ == 0 ? 0 : sum_ns_ / double(count_); }
  [[nodiscard]] double jitter_ns() const {
    return count_ == 0 ? 0 : differences_ns_ / double(count_);
  }

  /// All but the percentiles and the trend.
  [[nodiscard]] latency_window window() const;

 private:
  std::uint64_t count_ = 0;
  std::chrono::nanoseconds min_{};
  std::chrono::nanoseconds max_{};
  double sum_ns_ = 0;
  double differences_ns_ = 0;
};

/// What two means, and the jitter about them, say of the way that a latency goes: a tenth apart
/// counts as a direction, jitter above half the mean as volatile.
[[nodiscard]] latency_trend trend_of(double before_ns, double now_ns, double jitter_ns);

/// What the readings of one stage say, over three stretches of time, with bounded memory.
///
/// The trend of all is that of a fast average (alpha 0.1) against a slow one (alpha 0.01), and
/// stable for the first `settling` readings; that of the last minute is its later half against its
/// earlier one; that of the last second is against the last minute.
template <class ColumnCount, class TotalCount>
class latency_statistics {
 public:
  static constexpr std::uint64_t settling = 50;

  explicit latency_statistics(latency_stage stage) : stage_(stage) {}

  /// A reading that came now.
  void add(std::chrono::nanoseconds sample);
  /// Time has gone on: to be called each second or so, before what has come since is added.
  void pass(steady_time now);

  [[nodiscard]] latency_summary summary() const;

  [[nodiscard]] std::uint64_t count() const { return all_.count(); }
  [[nodiscard]] std::chrono::nanoseconds average() const;
  [[nodiscard]] std::chrono::nanoseconds jitter() const;
  [[nodiscard]] const latency_window& last_second() const { return last_second_; }
  [[nodiscard]] latency_window second_so_far() const { return window_of_second(); }
  /// The memory that it takes, all in all.
  [[nodiscard]] std::size_t bytes() const {
    return sizeof *this - sizeof counts_ + counts_.bytes();
  }

 private:
  static constexpr std::chrono::seconds column_length{15};
  /// A second is as long as nobody looks, within reason: looks come late on a busy machine, and one
  /// in time after one that was late comes sooner.
  static constexpr std::chrono::milliseconds shortest_second{500};
  static constexpr std::chrono::milliseconds longest_second{2500};
  static constexpr std::size_t columns_of_minute = 4;
  static constexpr std::size_t column_of_second = columns_of_minute;
  using counts = windowed_histogram<columns_of_minute + 1, ColumnCount, TotalCount>;

  void end_second(steady_time now);
  void begin_column();
  [[nodiscard]] latency_sums sums_of_minute() const;
  [[nodiscard]] latency_trend trend_of_minute() const;
  [[nodiscard]] latency_window window_of_second() const;
  [[nodiscard]] latency_window window_of_minute() const;
  [[nodiscard]] latency_window window_of_all() const;

  static void take_percentiles(latency_window& window,
                               const std::array<std::chrono::nanoseconds, 4>& found);
  static std::array<std::uint64_t, 4> ranks_in(std::uint64_t count);

  latency_stage stage_;
  std::chrono::nanoseconds current_{};
  double average_ns_ = 0;
  double slow_average_ns_ = 0;
  double jitter_ns_ = 0;

  counts counts_;
  latency_sums all_;
  latency_sums second_;
  std::array<latency_sums, columns_of_minute> minute_{};
  latency_window last_second_;

  steady_time second_began_{};
  steady_time column_ends_{};
  std::size_t column_ = 0;  ///< of the minute, that counts now
};

/// Of a stage, over all clients: some 10 to 80 KiB.
using stage_statistics = latency_statistics<std::uint32_t, std::uint64_t>;
/// Of one client: there may be thousands. In 15 seconds it has not 65,535 readings that are alike.
using client_statistics = latency_statistics<std::uint16_t, std::uint32_t>;

extern template class latency_statistics<std::uint32_t, std::uint64_t>;
extern template class latency_statistics<std::uint16_t, std::uint32_t>;

}  // namespace troupe::telemetry
