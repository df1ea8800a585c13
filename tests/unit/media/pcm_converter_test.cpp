#include "actors/media/pcm_converter.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/media/test_sound.hpp"
#include "tests/unit/support/allocation_counter.hpp"

using namespace troupe::media;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr pcm_shape cd_stereo{.sample_rate_hz = 44'100, .channels = 2};
constexpr pcm_shape cd_mono{.sample_rate_hz = 44'100, .channels = 1};
constexpr pcm_shape stereo{.sample_rate_hz = 48'000, .channels = 2};
constexpr pcm_shape mono{.sample_rate_hz = 48'000, .channels = 1};
constexpr pcm_shape narrow{.sample_rate_hz = 16'000, .channels = 1};

/// Feeds from `source` what is needed, reads `frames` frames and appends them to `out`.
void pull(pcm_converter& converter, std::span<const float>& source, std::size_t frames,
          std::vector<float>& out) {
  while (converter.available() < frames && !converter.finished()) {
    const auto needed = converter.input_needed(frames) * converter.from().channels;
    const auto count = std::min(needed, source.size());
    converter.write(source.first(count));
    source = source.subspan(count);
    if (source.empty()) converter.finish();
  }
  std::vector<float> buffer(frames * converter.to().channels);
  const auto answer = converter.deliver(buffer);
  const auto* end = std::get_if<pcm_end>(&answer);
  if (end != nullptr) buffer.resize(end->samples * converter.to().channels);
  out.insert(out.end(), buffer.begin(), buffer.end());
}

std::vector<float> converted(std::span<const float> source, pcm_shape from, pcm_shape to) {
  pcm_converter converter{from, to};
  std::vector<float> out;
  for (std::size_t before = 1; before != 0;) {
    before = out.size();
    pull(converter, source, 960, out);
    before = out.size() - before;
  }
  return out;
}

}  // namespace

TEST_CASE("sound is mixed and resampled on its way, whichever comes first") {
  const auto tone = sine(1'000, cd_stereo, 44'100);
  const auto to_mono = converted(tone, cd_stereo, mono);
  CHECK(to_mono.size() == 48'000);
  CHECK(signal_to_noise_db(std::span{to_mono}.subspan(2'000, 44'000), 1'000, 48'000) > 100);

  const auto to_stereo = converted(sine(1'000, cd_mono, 44'100), cd_mono, stereo);
  CHECK(to_stereo.size() == 96'000);
  CHECK(channel_of(to_stereo, 2, 0) == to_mono);
  CHECK(channel_of(to_stereo, 2, 1) == to_mono);
}

TEST_CASE("sound in the wanted shape passes untouched") {
  const auto source = ramp(48'001, 2);
  CHECK(converted(source, stereo, stereo) == source);
}

TEST_CASE("an end in the middle of a frame is told, and the rest of the frame is silence") {
  pcm_converter converter{mono, mono};
  converter.write(std::vector<float>(100, 0.5F));
  converter.finish();
  std::vector<float> buffer(160, 9.0F);
  const auto answer = converter.deliver(buffer);
  REQUIRE(std::holds_alternative<pcm_end>(answer));
  CHECK(std::get<pcm_end>(answer).samples == 100);
  CHECK(std::accumulate(buffer.begin(), buffer.end(), 0.0F) == 50.0F);
  const auto again = converter.deliver(buffer);
  REQUIRE(std::holds_alternative<pcm_end>(again));
  CHECK(std::get<pcm_end>(again).samples == 0);
}

TEST_CASE("what was written and not delivered is pending, in the filter or out of it") {
  pcm_converter converter{cd_stereo, stereo};
  converter.write(std::vector<float>(std::size_t{2} * 44'100));
  CHECK(converter.pending() == 1s);
  std::vector<float> buffer(std::size_t{2} * 4'800);
  REQUIRE(std::holds_alternative<pcm_ready>(converter.deliver(buffer)));
  CHECK(std::chrono::abs(converter.pending() - 900ms) < 1us);
  CHECK(converter.available() < 43'200);
}

TEST_CASE("the filter holds back no more than 12 ms of sound at 44.1 kHz") {
  pcm_converter converter{cd_stereo, stereo};
  std::vector<float> buffer(std::size_t{2} * 960);
  auto longest = 0ns;
  for (int i = 0; i < 500; ++i) {
    while (converter.available() < 960)
      converter.write(std::vector<float>(converter.input_needed(960) * 2));
    (void)converter.deliver(buffer);
    longest = std::max(longest, converter.pending());
  }
  CHECK(longest < 12ms);
}

TEST_CASE("another shape begins at the same place in the sound") {
  // A tone goes on through each change, from its first sample on.
  const auto source = sine(1'000, cd_stereo, 132'300);
  const auto worst_after = [&](pcm_shape first, std::size_t first_frame, pcm_shape second) {
    std::span<const float> rest{source};
    pcm_converter converter{cd_stereo, first};
    std::vector<float> before;
    for (int i = 0; i < 50; ++i) pull(converter, rest, first_frame, before);
    converter.reshape(second);
    std::vector<float> after;
    for (int i = 0; i < 50; ++i) pull(converter, rest, second.sample_rate_hz / 50, after);
    const auto began = 50.0 * static_cast<double>(first_frame) / first.sample_rate_hz;
    double worst = 0;
    for (std::size_t i = 0; i < after.size(); ++i) {
      const auto frame = i / second.channels;
      const auto time = began + static_cast<double>(frame) / second.sample_rate_hz;
      const auto expected = 0.5 * std::sin(2 * std::numbers::pi * std::fmod(time * 1'000, 1.0));
      worst = std::max(worst, std::abs(after[i] - expected));
    }
    return worst;
  };
  CHECK(worst_after(stereo, 960, narrow) < 1e-4);
  CHECK(worst_after(narrow, 320, stereo) < 1e-4);
  CHECK(worst_after(stereo, 960, mono) < 1e-4);
  CHECK(worst_after(mono, 960, cd_mono) < 1e-4);
  CHECK(worst_after(cd_mono, 882, mono) < 1e-4);
  CHECK(worst_after(cd_mono, 882, narrow) < 1e-4);
  // Here the place is between two samples of the input.
  CHECK(worst_after(narrow, 331, stereo) < 1e-3);
  CHECK(worst_after(stereo, 997, narrow) < 1e-3);
}

TEST_CASE("a change of shape after the end of the input loses nothing of the tail") {
  pcm_converter converter{cd_mono, mono};
  converter.write(sine(500, cd_mono, 4'410));
  converter.finish();
  std::vector<float> buffer(960);
  REQUIRE(std::holds_alternative<pcm_ready>(converter.deliver(buffer)));
  converter.reshape({.sample_rate_hz = 24'000, .channels = 2});
  // 100 ms came in, 20 ms are read: 80 ms are left.
  CHECK(converter.available() == 1'920);
  CHECK(converter.finished());
}

TEST_CASE("a conversion under way does not allocate") {
  pcm_converter converter{cd_mono, stereo};
  std::vector<float> buffer(std::size_t{2} * 960);
  const std::vector<float> block(882, 0.25F);
  const auto frame = [&] {
    while (converter.available() < 960)
      converter.write(
          std::span{block}.first(std::min<std::size_t>(block.size(), converter.input_needed(960))));
    (void)converter.deliver(buffer);
  };
  for (int i = 0; i < 1'000; ++i) frame();
  const allocation_counter counter;
  for (int i = 0; i < 1'000; ++i) frame();
  CHECK(counter.allocations() == 0);
}
