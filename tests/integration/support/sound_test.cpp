#include "tests/integration/support/sound.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <random>
#include <span>
#include <vector>

#include <doctest/doctest.h>

#include "tests/integration/support/temporary_directory.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;

std::vector<float> noise(std::size_t length, unsigned seed, float amplitude = 0.5F) {
  std::mt19937 generator{seed};
  std::uniform_real_distribution<float> distribution{-amplitude, amplitude};
  std::vector<float> result(length);
  std::generate(result.begin(), result.end(), [&] { return distribution(generator); });
  return result;
}

/// The definition, worked out lag by lag.
double plain_correlation(std::span<const float> a, std::span<const float> b, std::ptrdiff_t lag) {
  double product = 0;
  double energy_of_a = 0;
  double energy_of_b = 0;
  for (std::ptrdiff_t i = 0; i < std::ssize(b); ++i) {
    if (i + lag < 0 || i + lag >= std::ssize(a)) continue;
    const double x = a[static_cast<std::size_t>(i + lag)];
    const double y = b[static_cast<std::size_t>(i)];
    product += x * y;
    energy_of_a += x * x;
    energy_of_b += y * y;
  }
  return product / std::sqrt(energy_of_a * energy_of_b);
}

TEST_CASE("a sound correlates with itself at 1, without a lag, however soft") {
  const auto speech = recorded_speech();
  auto softer = speech.samples;
  for (auto& sample : softer) sample *= 0.01F;
  const auto found = best_alignment(speech.samples, softer);
  CHECK(found.correlation == doctest::Approx(1.0).epsilon(1e-6));
  CHECK(found.lag == 0);
}

TEST_CASE("an excerpt is found where it was taken from, and a sound in front of another too") {
  const auto speech = recorded_speech().samples;
  const std::span excerpt{speech.data() + 123'457, 200'000};
  const auto inside = best_alignment(speech, excerpt);
  CHECK(inside.lag == 123'457);
  CHECK(inside.correlation == doctest::Approx(1.0).epsilon(1e-6));
  const auto outside = best_alignment(excerpt, speech);
  CHECK(outside.lag == -123'457);
  CHECK(outside.correlation == doctest::Approx(1.0).epsilon(1e-6));
}

TEST_CASE("the correlation found is the definition's, and its best") {
  const auto a = noise(900, 1);
  auto b = noise(700, 2);
  for (std::size_t i = 0; i < b.size(); ++i) b[i] += a[i + 31];
  const auto found = best_alignment(a, b, 0.5);
  CHECK(found.lag == 31);
  CHECK(found.correlation == doctest::Approx(plain_correlation(a, b, 31)).epsilon(1e-9));
  for (std::ptrdiff_t lag = -350; lag <= 550; ++lag)
    CHECK(plain_correlation(a, b, lag) <= found.correlation + 1e-9);
}

TEST_CASE("added noise lowers the correlation as much as its power says") {
  const auto signal = noise(100'000, 3);
  const auto disturbance = noise(100'000, 4);
  auto disturbed = signal;
  for (std::size_t i = 0; i < signal.size(); ++i) disturbed[i] += disturbance[i];
  // Signal and noise are equally strong: 1 / sqrt(1 + 1).
  CHECK(correlation(signal, disturbed) == doctest::Approx(std::sqrt(0.5)).epsilon(0.02));
}

TEST_CASE("sounds that have nothing in common do not correlate, nor does silence") {
  CHECK(correlation(noise(50'000, 5), noise(50'000, 6)) < 0.05);
  const std::vector<float> silence(50'000);
  CHECK(correlation(silence, noise(50'000, 7)) == 0);
  CHECK(correlation(silence, silence) == 0);
  CHECK(correlation({}, {}) == 0);
}

TEST_CASE("a frame lost from a recording shows in its correlation") {
  const auto sweep = sine_sweep(20, 20'000, 5s).samples;
  auto cut = sweep;
  cut.erase(cut.begin() + 120'000, cut.begin() + 120'960);
  CHECK(correlation(sweep, cut) < 0.9);
}

TEST_CASE("speech is there to be used: recorded and spoken") {
  const auto recorded = recorded_speech();
  CHECK(recorded.sample_rate_hz == 48000);
  CHECK(recorded.duration() > 8s);
  const auto said = spoken("A troupe of actors carries live audio.");
  CHECK(said.sample_rate_hz == 22050);
  CHECK(said.duration() > 1s);
  CHECK(*std::max_element(said.samples.begin(), said.samples.end()) > 0.05F);
}

TEST_CASE("a sound written as WAV reads back within half a step of 16 bits") {
  const temporary_directory directory;
  const auto sweep = spread(sine_sweep(100, 1000, 200ms, 44100), 2);
  write_wav(directory / "sweep.wav", sweep);
  const auto copy = read_sound(directory / "sweep.wav");
  CHECK(copy.sample_rate_hz == 44100);
  CHECK(copy.channels == 2);
  REQUIRE(copy.samples.size() == sweep.samples.size());
  float worst = 0;
  for (std::size_t i = 0; i < copy.samples.size(); ++i)
    worst = std::max(worst, std::abs(copy.samples[i] - sweep.samples[i]));
  CHECK(worst < 1.0F / 32768);
  CHECK(to_s16le(sweep).size() == sweep.samples.size() * 2);
  CHECK(mixed_to_mono(sweep).length() == sweep.length());
}

TEST_CASE("a repeated sound begins again at its end") {
  const sound three{.sample_rate_hz = 10, .channels = 1, .samples = {0.1F, 0.2F, 0.3F}};
  CHECK(repeated_for(three, 700ms).samples ==
        std::vector<float>{0.1F, 0.2F, 0.3F, 0.1F, 0.2F, 0.3F, 0.1F});
}

}  // namespace
}  // namespace troupe::test
