#include "tests/unit/media/test_sound.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numbers>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>
#include <poll.h>
#include <sndfile.h>

#include "protocol/little_endian.hpp"

namespace troupe::test {

scratch_directory::scratch_directory() {
  auto name = (std::filesystem::temp_directory_path() / "troupe-media-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"cannot make " + name};
  directory_ = name;
}

scratch_directory::~scratch_directory() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::vector<float> sine(double frequency_hz, media::pcm_shape shape, std::size_t frames,
                        double amplitude) {
  std::vector<float> result;
  result.reserve(frames * shape.channels);
  for (std::size_t i = 0; i < frames; ++i) {
    const auto turns = std::fmod(static_cast<double>(i) * frequency_hz / shape.sample_rate_hz, 1.0);
    const auto sample = static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * turns));
    result.insert(result.end(), shape.channels, sample);
  }
  return result;
}

std::vector<float> ramp(std::size_t frames, std::uint32_t channels) {
  std::vector<float> result;
  result.reserve(frames * channels);
  for (std::size_t i = 0; i < frames; ++i)
    result.insert(result.end(), channels, static_cast<float>(i % 32'768) / 32'768);
  return result;
}

double signal_to_noise_db(std::span<const float> channel, double frequency_hz,
                          double sample_rate_hz) {
  // Least squares: the best sine and cosine of that frequency are the signal, the rest is noise.
  double ss = 0;
  double cc = 0;
  double sc = 0;
  double xs = 0;
  double xc = 0;
  const auto angle = [&](std::size_t i) {
    return 2 * std::numbers::pi *
           std::fmod(static_cast<double>(i) * frequency_hz / sample_rate_hz, 1.0);
  };
  for (std::size_t i = 0; i < channel.size(); ++i) {
    const auto s = std::sin(angle(i));
    const auto c = std::cos(angle(i));
    const double x = channel[i];
    ss += s * s;
    cc += c * c;
    sc += s * c;
    xs += x * s;
    xc += x * c;
  }
  const auto determinant = ss * cc - sc * sc;
  const auto a = (xs * cc - xc * sc) / determinant;
  const auto b = (xc * ss - xs * sc) / determinant;
  double signal = 0;
  double noise = 0;
  for (std::size_t i = 0; i < channel.size(); ++i) {
    const auto fitted = a * std::sin(angle(i)) + b * std::cos(angle(i));
    signal += fitted * fitted;
    noise += (channel[i] - fitted) * (channel[i] - fitted);
  }
  return 10 * std::log10(signal / noise);
}

std::vector<float> channel_of(std::span<const float> samples, std::size_t channels,
                              std::size_t channel) {
  std::vector<float> result;
  for (auto i = channel; i < samples.size(); i += channels) result.push_back(samples[i]);
  return result;
}

void write_sound(const std::string& path, std::span<const float> samples, media::pcm_shape shape,
                 int format) {
  SF_INFO info{};
  info.samplerate = static_cast<int>(shape.sample_rate_hz);
  info.channels = static_cast<int>(shape.channels);
  info.format = format;
  auto* file = ::sf_open(path.c_str(), SFM_WRITE, &info);
  REQUIRE(file != nullptr);
  const auto frames = static_cast<sf_count_t>(samples.size() / shape.channels);
  CHECK(::sf_writef_float(file, samples.data(), frames) == frames);
  ::sf_close(file);
}

void write_wav(const std::string& path, std::span<const float> samples, media::pcm_shape shape) {
  write_sound(path, samples, shape, SF_FORMAT_WAV | SF_FORMAT_FLOAT);
}

void write_bytes(const std::string& path, std::span<const std::byte> bytes) {
  std::ofstream file{path, std::ios::binary};
  for (const auto byte : bytes) file.put(std::to_integer<char>(byte));
}

std::vector<std::byte> as_16_bits(std::span<const float> samples) {
  std::vector<std::byte> result(samples.size() * 2);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto number = static_cast<std::int16_t>(std::lround(samples[i] * 32'768));
    store_little_endian(static_cast<std::uint16_t>(number), &result[2 * i]);
  }
  return result;
}

std::vector<float> read_to_end(media::pcm_input& input, std::size_t channels,
                               std::size_t frame_size) {
  std::vector<float> result;
  std::vector<float> buffer(frame_size * channels);
  for (;;) {
    const auto answer = input.read(buffer);
    if (const auto* end = std::get_if<media::pcm_end>(&answer)) {
      REQUIRE(end->samples < frame_size);
      const auto last = buffer.begin() + static_cast<std::ptrdiff_t>(end->samples * channels);
      CHECK(std::all_of(last, buffer.end(), [](float sample) { return sample == 0; }));
      result.insert(result.end(), buffer.begin(), last);
      return result;
    }
    REQUIRE(std::holds_alternative<media::pcm_ready>(answer));
    result.insert(result.end(), buffer.begin(), buffer.end());
  }
}

std::vector<float> read_ready(media::pcm_input& input, std::size_t buffer_samples,
                              std::size_t count) {
  std::vector<float> result(buffer_samples * count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto answer = input.read(std::span{result}.subspan(i * buffer_samples, buffer_samples));
    REQUIRE(std::holds_alternative<media::pcm_ready>(answer));
  }
  return result;
}

std::vector<float> read_waiting(media::pcm_input& input, std::size_t buffer_samples,
                                std::size_t count) {
  std::vector<float> result(buffer_samples * count);
  for (std::size_t i = 0; i < count;) {
    const auto answer = input.read(std::span{result}.subspan(i * buffer_samples, buffer_samples));
    if (std::holds_alternative<media::pcm_ready>(answer)) {
      ++i;
    } else {
      REQUIRE(wait_as_asked(answer));
    }
  }
  return result;
}

bool wait_as_asked(const media::pcm_result& result) {
  if (const auto* pause = std::get_if<media::pcm_wait_for>(&result)) {
    std::this_thread::sleep_for(pause->duration);
    return true;
  }
  if (const auto* readable = std::get_if<media::pcm_wait_readable>(&result)) {
    pollfd polled{.fd = readable->descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&polled, 1, 10'000) > 0;
  }
  return false;
}

}  // namespace troupe::test
