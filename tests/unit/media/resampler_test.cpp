#include "actors/media/resampler.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/media/test_sound.hpp"

using namespace troupe::media;
using namespace troupe::test;

namespace {

std::vector<float> resampled(std::span<const float> in, std::uint32_t from, std::uint32_t to,
                             std::size_t channels, std::size_t block_frames) {
  resampler resampling{from, to, static_cast<std::uint32_t>(channels)};
  sample_fifo out;
  while (!in.empty()) {
    const auto count = std::min(block_frames * channels, in.size());
    resampling.process(in.first(count), out);
    in = in.subspan(count);
  }
  resampling.finish(out);
  return {out.samples().begin(), out.samples().end()};
}

}  // namespace

TEST_CASE("a tone at 44.1 kHz is still pure at 48 kHz") {
  const pcm_shape shape{.sample_rate_hz = 44'100, .channels = 2};
  const auto out = resampled(sine(1'000, shape, 44'100), 44'100, 48'000, 2, 441);
  const auto left = channel_of(out, 2, 0);
  // Where the tone begins and ends it is no tone.
  CHECK(signal_to_noise_db(std::span{left}.subspan(2'000, 44'000), 1'000, 48'000) > 100);
  CHECK(left == channel_of(out, 2, 1));
}

TEST_CASE("a tone that the lower rate cannot carry vanishes instead of folding down") {
  const pcm_shape shape{.sample_rate_hz = 48'000, .channels = 1};
  const auto out = resampled(sine(7'000, shape, 48'000), 48'000, 8'000, 1, 960);
  const auto middle = std::span{out}.subspan(1'000, 6'000);
  const auto loudest = std::ranges::max(middle, {}, [](float x) { return std::abs(x); });
  CHECK(std::abs(loudest) < 1e-4F);
}

TEST_CASE("resampled sound is as long as it was, to the sample") {
  for (const auto& [from, to] : {std::pair{44'100U, 48'000U},
                                 {8'000U, 48'000U},
                                 {96'000U, 48'000U},
                                 {11'025U, 16'000U},
                                 {48'000U, 8'000U},
                                 {192'000U, 12'000U}}) {
    for (const std::size_t frames : {1U, 2U, 100U, 12'345U, 44'100U}) {
      const std::vector<float> in(frames, 0.25F);
      const auto expected = std::llround(static_cast<double>(frames) * to / from);
      CHECK(std::ssize(resampled(in, from, to, 1, 333)) == expected);
    }
  }
}

TEST_CASE("it makes no difference in which portions sound is resampled") {
  const auto in = sine(440, {.sample_rate_hz = 44'100, .channels = 1}, 10'000);
  const auto at_once = resampled(in, 44'100, 48'000, 1, in.size());
  CHECK(resampled(in, 44'100, 48'000, 1, 1) == at_once);
  CHECK(resampled(in, 44'100, 48'000, 1, 997) == at_once);
}

TEST_CASE("with equal rates every sample passes untouched and at once") {
  const auto in = ramp(1'000, 2);
  resampler resampling{48'000, 48'000, 2};
  sample_fifo out;
  resampling.process(in, out);
  CHECK(std::ranges::equal(out.samples(), in));
  resampling.finish(out);
  CHECK(out.size() == in.size());
}
