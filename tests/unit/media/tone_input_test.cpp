#include "actors/media/tone_input.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/media/test_sound.hpp"

using namespace troupe::media;
using namespace troupe::test;

namespace {

constexpr pcm_shape stereo{.sample_rate_hz = 48'000, .channels = 2};
constexpr double level = 0.251188643;

float largest_difference(std::span<const float> left, std::span<const float> right) {
  REQUIRE(left.size() == right.size());
  float worst = 0;
  for (std::size_t i = 0; i < left.size(); ++i)
    worst = std::max(worst, std::abs(left[i] - right[i]));
  return worst;
}

}  // namespace

TEST_CASE("a tone is a sine of -12 dBFS on all channels") {
  tone_input tone{997, stereo};
  const auto sound = read_ready(tone, 1'920, 50);
  CHECK(largest_difference(sound, sine(997, stereo, 48'000, level)) < 1e-6F);
  CHECK(tone.pace() == pcm_pace::clock);
}

TEST_CASE("a tone is still in phase after an hour") {
  const double frequency = 441.7;
  tone_input tone{frequency, {.sample_rate_hz = 8'000, .channels = 1}};
  std::vector<float> hour(std::size_t{8'000} * 3'600);
  (void)tone.read(hour);
  std::vector<float> now(1);
  (void)tone.read(now);
  // 3,600 s of this tone are a whole number of its periods: it crosses zero upwards.
  CHECK(std::abs(now[0]) < 1e-6F);
  (void)tone.read(now);
  CHECK(now[0] > 0.05F);
}

TEST_CASE("a tone goes on without a click in another shape") {
  tone_input tone{480, {.sample_rate_hz = 48'000, .channels = 1}};
  (void)read_ready(tone, 25, 1);  // a quarter of a period
  tone.reshape({.sample_rate_hz = 24'000, .channels = 2});
  const auto sound = read_ready(tone, 4, 1);
  CHECK(std::abs(sound[0] - static_cast<float>(level)) < 1e-6F);
  CHECK(sound[0] == sound[1]);
  CHECK(sound[2] < sound[0]);
}

TEST_CASE("a tone opened anew goes on in phase where another one is") {
  const pcm_shape mono{.sample_rate_hz = 48'000, .channels = 1};
  tone_input first{441.7, mono};
  (void)read_ready(first, 960, 50 * 60);  // 20 ms each: a minute
  tone_input second{441.7, mono};
  REQUIRE(second.can_seek());
  second.seek(std::chrono::minutes{1});
  CHECK(largest_difference(read_ready(second, 960, 1), read_ready(first, 960, 1)) < 1e-6F);
}

TEST_CASE("a tone that the sample rate cannot carry is silence") {
  tone_input tone{5'000, {.sample_rate_hz = 8'000, .channels = 1}};
  const auto sound = read_ready(tone, 160, 3);
  CHECK(std::ranges::all_of(sound, [](float sample) { return sample == 0; }));
}
