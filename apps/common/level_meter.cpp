#include "apps/common/level_meter.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace troupe {
namespace {

constexpr double full_scale = 32768;
constexpr double bar_floor_dbfs = -60;

double to_dbfs(double amplitude) {
  if (amplitude <= 0) return level_meter::floor_dbfs;
  return std::max(level_meter::floor_dbfs, 20 * std::log10(amplitude / full_scale));
}

}  // namespace

void level_meter::add(std::span<const std::int16_t> samples) {
  std::int64_t squares = 0;
  for (const std::int32_t sample : samples) {
    peak_ = std::max(peak_, std::abs(sample));
    squares += std::int64_t{sample} * sample;
  }
  square_sum_ += static_cast<double>(squares);
  count_ += samples.size();
}

void level_meter::add(const level_meter& other) {
  count_ += other.count_;
  peak_ = std::max(peak_, other.peak_);
  square_sum_ += other.square_sum_;
}

double level_meter::peak_dbfs() const { return to_dbfs(peak_); }

double level_meter::rms_dbfs() const {
  if (count_ == 0) return floor_dbfs;
  return to_dbfs(std::sqrt(square_sum_ / static_cast<double>(count_)));
}

std::string level_bar(double dbfs, int width) {
  const double share = std::clamp(1 - dbfs / bar_floor_dbfs, 0.0, 1.0);
  const auto filled = static_cast<std::size_t>(std::lround(share * width));
  return std::string(filled, '#') + std::string(static_cast<std::size_t>(width) - filled, '-');
}

}  // namespace troupe
