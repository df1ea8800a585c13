#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace troupe::listening::test {

/// A sound file, decoded by libsndfile.
struct recorded_sound {
  int sample_rate_hz = 0;
  int channels = 0;
  std::vector<std::int16_t> samples;  ///< interleaved

  [[nodiscard]] std::size_t length() const;
  /// Root mean square of a stretch, 1.0 for full scale. Counted in samples for each channel.
  [[nodiscard]] double level(std::size_t from, std::size_t count) const;
};

/// Throws std::runtime_error if it cannot be read.
[[nodiscard]] recorded_sound read_sound(const std::string& path);

/// What opusinfo finds to complain about, and what it says about the length; throws
/// std::runtime_error if opusinfo is not there.
struct opusinfo_result {
  std::string text;
  bool complains = false;
};
[[nodiscard]] opusinfo_result opusinfo(const std::string& path);

}  // namespace troupe::listening::test
