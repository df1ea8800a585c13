#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace troupe::telemetry {

/// Divides latencies, from 0 to 2^63 ns, into buckets whose middle is within 1 % of all in it: each
/// bucket is 2 % wider than the one before (as in DDSketch, Masson et al., VLDB 2019).
struct latency_buckets {
  static constexpr double growth = 1.0198;
  static constexpr std::size_t count = 2240;

  [[nodiscard]] static std::size_t bucket_of(std::chrono::nanoseconds latency) {
    static const double buckets_in_power_of_two = 1 / std::log2(growth);
    if (latency.count() < 1) return 0;
    const auto power = std::log2(static_cast<double>(latency.count()));
    return 1 + static_cast<std::size_t>(power * buckets_in_power_of_two);
  }

  /// In the middle as the error goes: as much too high for the least as too low for the greatest.
  [[nodiscard]] static std::chrono::nanoseconds middle_of(std::size_t bucket) {
    if (bucket == 0) return std::chrono::nanoseconds{0};
    const auto least = std::pow(growth, static_cast<double>(bucket - 1));
    return std::chrono::nanoseconds{std::llround(least * 2 * growth / (1 + growth))};
  }
};

/// Counts latencies in `Columns` stretches of time and in all, so that the percentiles of any of
/// them can be told.
///
/// Memory is taken for the latencies that there are, 16 buckets at a time: some 3 KiB for a client
/// whose frames take 0.3 to 10 ms with counts of 16 bits, and never more than 140 times 16 buckets.
/// A count that has no room to grow stays as it is.
template <std::size_t Columns, class ColumnCount, class TotalCount>
class windowed_histogram {
 public:
  void record(std::chrono::nanoseconds latency, std::size_t first_column,
              std::size_t second_column) {
    const auto bucket = latency_buckets::bucket_of(latency);
    auto& found = block_of(bucket);
    const auto row = bucket % rows;
    grow(found.columns[first_column][row]);
    grow(found.columns[second_column][row]);
    grow(found.total[row]);
  }

  void clear(std::size_t column) {
    for (auto& each : blocks_) each.columns[column] = {};
  }

  /// The latencies that so many of all those counted do not exceed. `ranks` ascend and begin at 1;
  /// `count_of(block, row)` says how many of a bucket count.
  template <std::size_t Size>
  [[nodiscard]] std::array<std::chrono::nanoseconds, Size> at_ranks_in_all(
      const std::array<std::uint64_t, Size>& ranks) const {
    return at_ranks(ranks, [](const block& in, std::size_t row) {
      return static_cast<std::uint64_t>(in.total[row]);
    });
  }

  /// The same of the columns from `first` up to, but not including, `end`.
  template <std::size_t Size>
  [[nodiscard]] std::array<std::chrono::nanoseconds, Size> at_ranks_in(
      std::size_t first, std::size_t end, const std::array<std::uint64_t, Size>& ranks) const {
    return at_ranks(ranks, [=](const block& in, std::size_t row) {
      std::uint64_t sum = 0;
      for (std::size_t column = first; column < end; ++column) sum += in.columns[column][row];
      return sum;
    });
  }

  [[nodiscard]] std::size_t bytes() const {
    return sizeof *this + blocks_.capacity() * sizeof(block);
  }

 private:
  static constexpr std::size_t rows = 16;
  static constexpr std::size_t block_count = latency_buckets::count / rows;
  static constexpr std::uint8_t no_block = std::numeric_limits<std::uint8_t>::max();
  static_assert(block_count < no_block);

  struct block {
    std::array<std::array<ColumnCount, rows>, Columns> columns{};
    std::array<TotalCount, rows> total{};
  };

  template <class Count>
  static void grow(Count& count) {
    if (count < std::numeric_limits<Count>::max()) ++count;
  }

  [[nodiscard]] static std::array<std::uint8_t, block_count> no_blocks() {
    std::array<std::uint8_t, block_count> result{};
    result.fill(no_block);
    return result;
  }

  block& block_of(std::size_t bucket) {
    auto& place = places_[bucket / rows];
    if (place == no_block) {
      blocks_.reserve(blocks_.size() + 1);  // no more than there is to be
      blocks_.emplace_back();
      place = static_cast<std::uint8_t>(blocks_.size() - 1);
    }
    return blocks_[place];
  }

  template <std::size_t Size, class CountOf>
  [[nodiscard]] std::array<std::chrono::nanoseconds, Size> at_ranks(
      const std::array<std::uint64_t, Size>& ranks, const CountOf& count_of) const {
    std::array<std::chrono::nanoseconds, Size> result{};
    std::uint64_t seen = 0;
    std::size_t next = 0;
    std::size_t last_bucket = 0;
    for (std::size_t place = 0; place < block_count && next < Size; ++place) {
      if (places_[place] == no_block) continue;
      for (std::size_t row = 0; row < rows; ++row) {
        const auto count = count_of(blocks_[places_[place]], row);
        if (count == 0) continue;
        seen += count;
        last_bucket = place * rows + row;
        for (; next < Size && ranks[next] <= seen; ++next)
          result[next] = latency_buckets::middle_of(last_bucket);
      }
    }
    for (; next < Size; ++next) result[next] = latency_buckets::middle_of(last_bucket);
    return result;
  }

  std::array<std::uint8_t, block_count> places_ = no_blocks();
  std::vector<block> blocks_;
};

}  // namespace troupe::telemetry
