#include "tests/integration/support/sound.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <complex>
#include <fstream>
#include <memory>
#include <numbers>
#include <stdexcept>
#include <string_view>

#include <fftw3.h>
#include <sndfile.h>

#include "tests/integration/support/child_process.hpp"
#include "tests/integration/support/temporary_directory.hpp"

namespace troupe::test {
namespace {

using sound_file = std::unique_ptr<SNDFILE, decltype(&::sf_close)>;

sound_file open_sound(const std::filesystem::path& path, int mode, SF_INFO& info) {
  sound_file file{::sf_open(path.c_str(), mode, &info), &::sf_close};
  if (!file) throw std::runtime_error{path.string() + ": " + ::sf_strerror(nullptr)};
  return file;
}

std::int16_t to_s16(float sample) {
  return static_cast<std::int16_t>(std::lround(std::clamp(sample, -1.0F, 1.0F) * 32767.0F));
}

std::vector<std::int16_t> to_s16(const sound& source) {
  std::vector<std::int16_t> result;
  result.reserve(source.samples.size());
  for (const auto sample : source.samples) result.push_back(to_s16(sample));
  return result;
}

/// A real signal and its spectrum, in one place each.
class transform {
 public:
  explicit transform(std::size_t size)
      : signal_(size),
        spectrum_(size / 2 + 1),
        forward_(::fftw_plan_dft_r2c_1d(static_cast<int>(size), signal_.data(), raw_spectrum(),
                                        FFTW_ESTIMATE),
                 &::fftw_destroy_plan),
        backward_(::fftw_plan_dft_c2r_1d(static_cast<int>(size), raw_spectrum(), signal_.data(),
                                         FFTW_ESTIMATE),
                  &::fftw_destroy_plan) {}

  void load(std::span<const float> samples) {
    std::fill(signal_.begin(), signal_.end(), 0.0);
    std::copy(samples.begin(), samples.end(), signal_.begin());
    ::fftw_execute(forward_.get());
  }

  /// Multiplies with the conjugate of another spectrum and turns the product into a signal: the
  /// cross-correlation of the two, unscaled.
  const std::vector<double>& correlate(const transform& other) {
    for (std::size_t i = 0; i < spectrum_.size(); ++i)
      spectrum_[i] *= std::conj(other.spectrum_[i]);
    ::fftw_execute(backward_.get());
    return signal_;
  }

 private:
  using plan = std::unique_ptr<fftw_plan_s, decltype(&::fftw_destroy_plan)>;

  fftw_complex* raw_spectrum() { return reinterpret_cast<fftw_complex*>(spectrum_.data()); }

  std::vector<double> signal_;
  std::vector<std::complex<double>> spectrum_;
  plan forward_;
  plan backward_;
};

/// The energy of a sound's first 0, 1, 2 … samples.
std::vector<double> running_energy(std::span<const float> samples) {
  std::vector<double> result{0.0};
  result.reserve(samples.size() + 1);
  for (const double sample : samples) result.push_back(result.back() + sample * sample);
  return result;
}

}  // namespace

sound read_sound(const std::filesystem::path& path) {
  SF_INFO info{};
  const auto file = open_sound(path, SFM_READ, info);
  sound result{.sample_rate_hz = static_cast<std::uint32_t>(info.samplerate),
               .channels = static_cast<std::uint32_t>(info.channels),
               .samples = {}};
  std::array<float, 8192> buffer{};
  const auto step = static_cast<sf_count_t>(buffer.size() / result.channels);
  while (const auto count = ::sf_readf_float(file.get(), buffer.data(), step))
    result.samples.insert(result.samples.end(), buffer.begin(),
                          buffer.begin() + count * info.channels);
  return result;
}

void write_wav(const std::filesystem::path& path, const sound& source) {
  SF_INFO info{};
  info.samplerate = static_cast<int>(source.sample_rate_hz);
  info.channels = static_cast<int>(source.channels);
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  const auto file = open_sound(path, SFM_WRITE, info);
  const auto samples = to_s16(source);
  const auto count = static_cast<sf_count_t>(samples.size());
  if (::sf_write_short(file.get(), samples.data(), count) != count)
    throw std::runtime_error{path.string() + ": " + ::sf_strerror(file.get())};
}

std::vector<std::byte> to_s16le(const sound& source) {
  std::vector<std::byte> result;
  result.reserve(source.samples.size() * 2);
  for (const auto sample : to_s16(source)) {
    const auto bits = static_cast<std::uint16_t>(sample);
    result.push_back(static_cast<std::byte>(bits & 0xFFU));
    result.push_back(static_cast<std::byte>(bits >> 8U));
  }
  return result;
}

void write_bytes(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  std::ofstream file{path, std::ios::binary};
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw std::runtime_error{"cannot write " + path.string()};
}

sound mixed_to_mono(const sound& source) {
  sound result{.sample_rate_hz = source.sample_rate_hz, .channels = 1, .samples = {}};
  result.samples.reserve(source.length());
  for (std::size_t i = 0; i < source.length(); ++i) {
    double sum = 0;
    for (std::size_t c = 0; c < source.channels; ++c)
      sum += source.samples[i * source.channels + c];
    result.samples.push_back(static_cast<float>(sum / source.channels));
  }
  return result;
}

sound spread(const sound& source, std::uint32_t channels) {
  sound result{.sample_rate_hz = source.sample_rate_hz, .channels = channels, .samples = {}};
  result.samples.reserve(source.samples.size() * channels);
  for (const auto sample : source.samples)
    result.samples.insert(result.samples.end(), channels, sample);
  return result;
}

sound repeated_for(const sound& source, std::chrono::duration<double> duration) {
  auto result = source;
  const auto length =
      static_cast<std::size_t>(std::llround(duration.count() * source.sample_rate_hz));
  result.samples.resize(length * source.channels);
  for (std::size_t i = source.samples.size(); i < result.samples.size(); ++i)
    result.samples[i] = source.samples[i % source.samples.size()];
  return result;
}

sound sine_sweep(double from_hz, double to_hz, std::chrono::duration<double> duration,
                 std::uint32_t sample_rate_hz, double amplitude) {
  sound result{.sample_rate_hz = sample_rate_hz, .channels = 1, .samples = {}};
  const auto length = static_cast<std::size_t>(std::llround(duration.count() * sample_rate_hz));
  const double growth = std::log(to_hz / from_hz) / duration.count();
  result.samples.reserve(length);
  for (std::size_t i = 0; i < length; ++i) {
    const double time = static_cast<double>(i) / sample_rate_hz;
    const double phase = 2 * std::numbers::pi * from_hz * std::expm1(growth * time) / growth;
    result.samples.push_back(static_cast<float>(amplitude * std::sin(phase)));
  }
  return result;
}

sound recorded_speech() {
  static constexpr std::array<std::string_view, 8> names{
      "Front_Center", "Front_Left", "Front_Right", "Rear_Center",
      "Rear_Left",    "Rear_Right", "Side_Left",   "Side_Right"};
  sound result;
  for (const auto name : names) {
    const auto part = read_sound("/usr/share/sounds/alsa/" + std::string{name} + ".wav");
    if (part.sample_rate_hz != result.sample_rate_hz || part.channels != result.channels)
      throw std::runtime_error{std::string{name} + ".wav is not 48 kHz mono"};
    result.samples.insert(result.samples.end(), part.samples.begin(), part.samples.end());
  }
  return result;
}

sound spoken(const std::string& text) {
  const temporary_directory directory;
  const auto path = directory / "speech.wav";
  const auto speaker = run("espeak-ng", {"-w", path.string(), text});
  if (speaker.status != exited(0)) throw std::runtime_error{"espeak-ng: " + speaker.errors};
  return read_sound(path);
}

alignment best_alignment(std::span<const float> a, std::span<const float> b, double overlap) {
  const auto shorter = std::min(a.size(), b.size());
  const auto least = std::max<std::ptrdiff_t>(
      1, static_cast<std::ptrdiff_t>(std::ceil(overlap * static_cast<double>(shorter))));
  if (shorter == 0) return {};
  const auto size = std::bit_ceil(a.size() + b.size());
  transform of_a{size};
  transform of_b{size};
  of_a.load(a);
  of_b.load(b);
  const auto& products = of_a.correlate(of_b);
  const auto energy_of_a = running_energy(a);
  const auto energy_of_b = running_energy(b);
  const auto energy = [](const std::vector<double>& running, std::ptrdiff_t from,
                         std::ptrdiff_t to) {
    return running[static_cast<std::size_t>(to)] - running[static_cast<std::size_t>(from)];
  };
  const auto length_of_a = std::ssize(a);
  const auto length_of_b = std::ssize(b);
  // Without a floor, a few all but silent samples at the edge could match perfectly.
  const double floor = 1e-6 * std::max(energy_of_a.back(), energy_of_b.back());
  alignment best;
  for (auto lag = least - length_of_b; lag <= length_of_a - least; ++lag) {
    const auto from = std::max<std::ptrdiff_t>(0, lag);
    const auto to = std::min(length_of_a, lag + length_of_b);
    if (to - from < least) continue;
    const double scale =
        std::sqrt(energy(energy_of_a, from, to) * energy(energy_of_b, from - lag, to - lag));
    if (scale <= floor) continue;
    const auto index = static_cast<std::size_t>(lag < 0 ? lag + std::ssize(products) : lag);
    const double value = products[index] / static_cast<double>(size) / scale;
    if (value > best.correlation) best = {.correlation = value, .lag = lag};
  }
  return best;
}

}  // namespace troupe::test
