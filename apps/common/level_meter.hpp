#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace troupe {

/// Gathers how loud a stretch of sound was.
class level_meter {
 public:
  /// The level of silence, in dBFS: well under the least that 16 bits can say.
  static constexpr double floor_dbfs = -120;

  void add(std::span<const std::int16_t> samples);
  void add(const level_meter& other);
  void clear() { *this = {}; }

  /// The greatest sample, in dBFS: floor_dbfs to 0.
  [[nodiscard]] double peak_dbfs() const;
  /// The root of the mean square, in dBFS against a full-scale square wave: floor_dbfs to 0.
  [[nodiscard]] double rms_dbfs() const;

 private:
  std::uint64_t count_ = 0;
  std::int32_t peak_ = 0;
  double square_sum_ = 0;
};

/// Draws a level between -60 and 0 dBFS as `width` characters: "######----".
[[nodiscard]] std::string level_bar(double dbfs, int width);

}  // namespace troupe
