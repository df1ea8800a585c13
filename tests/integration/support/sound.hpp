#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace troupe::test {

/// Samples from -1 to 1, channel beside channel.
struct sound {
  std::uint32_t sample_rate_hz = 48000;
  std::uint32_t channels = 1;
  std::vector<float> samples;

  /// Samples of each channel.
  [[nodiscard]] std::size_t length() const { return samples.size() / channels; }
  [[nodiscard]] std::chrono::duration<double> duration() const {
    return std::chrono::duration<double>{static_cast<double>(length()) / sample_rate_hz};
  }
};

/// Reads whatever libsndfile reads. Throws std::runtime_error when it cannot.
[[nodiscard]] sound read_sound(const std::filesystem::path& path);
/// Writes a WAV file of 16-bit samples. Throws std::runtime_error when it cannot.
void write_wav(const std::filesystem::path& path, const sound& source);
/// The samples as raw s16le, as a pipe takes them.
[[nodiscard]] std::vector<std::byte> to_s16le(const sound& source);

/// Writes `bytes` as they are. Throws std::runtime_error when it cannot.
void write_bytes(const std::filesystem::path& path, std::span<const std::byte> bytes);

/// The mean of all channels.
[[nodiscard]] sound mixed_to_mono(const sound& source);
/// `source` on each of `channels` channels; expects one channel.
[[nodiscard]] sound spread(const sound& source, std::uint32_t channels);
/// `source` over and over, for `duration`.
[[nodiscard]] sound repeated_for(const sound& source, std::chrono::duration<double> duration);

/// A sine whose frequency rises exponentially, mono, at `amplitude`.
[[nodiscard]] sound sine_sweep(double from_hz, double to_hz, std::chrono::duration<double> duration,
                               std::uint32_t sample_rate_hz = 48000, double amplitude = 0.5);

/// alsa-utils' recordings of a speaker who names the loudspeakers, one after the other: 48 kHz,
/// mono, some 11 s. Throws std::runtime_error when the package is missing.
[[nodiscard]] sound recorded_speech();
/// espeak-ng saying `text`: 22.05 kHz, mono. Throws std::runtime_error when it cannot.
[[nodiscard]] sound spoken(const std::string& text);

/// How well two sounds match, and where.
struct alignment {
  double correlation = 0;  ///< -1 to 1; 1 when one is the other, louder or softer
  std::ptrdiff_t lag = 0;  ///< b[i] lies over a[i + lag]
};

/// The shift at which `b` matches `a` best: the normalised cross-correlation, exact for every whole
/// lag at which at least `overlap` (0 to 1) of the shorter one lies over the other. Silence matches
/// nothing: 0. Expects samples of one channel at one rate.
[[nodiscard]] alignment best_alignment(std::span<const float> a, std::span<const float> b,
                                       double overlap = 0.9);

/// best_alignment's correlation.
[[nodiscard]] inline double correlation(std::span<const float> a, std::span<const float> b,
                                        double overlap = 0.9) {
  return best_alignment(a, b, overlap).correlation;
}

}  // namespace troupe::test
