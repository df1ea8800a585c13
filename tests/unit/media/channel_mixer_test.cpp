#include "actors/media/channel_mixer.hpp"

#include <cmath>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

using troupe::media::channel_mixer;

namespace {

std::vector<float> mixed(const std::vector<float>& frame, std::uint32_t to) {
  std::vector<float> out(to);
  channel_mixer{static_cast<std::uint32_t>(frame.size()), to}.mix(frame, out);
  return out;
}

/// One channel alone at full scale: its gain on either side.
std::vector<float> gains(std::uint32_t channels, std::size_t channel, std::uint32_t to = 2) {
  std::vector<float> frame(channels);
  frame[channel] = 1;
  return mixed(frame, to);
}

bool near(const std::vector<float>& left, const std::vector<float>& right) {
  for (std::size_t i = 0; i < left.size(); ++i)
    if (std::abs(left[i] - right[i]) > 1e-6F) return false;
  return left.size() == right.size();
}

constexpr float minus_3_db = 0.70710678F;

}  // namespace

TEST_CASE("sound of as many channels as wanted passes untouched") {
  CHECK(mixed({0.3F}, 1) == std::vector<float>{0.3F});
  CHECK(mixed({0.3F, -0.7F}, 2) == std::vector<float>{0.3F, -0.7F});
}

TEST_CASE("mono goes to both sides as it is, stereo to mono as the mean") {
  CHECK(mixed({0.3F}, 2) == std::vector<float>{0.3F, 0.3F});
  CHECK(mixed({0.5F, -0.25F}, 1) == std::vector<float>{0.125F});
  CHECK(mixed({1, 1}, 1) == std::vector<float>{1});
}

TEST_CASE("several frames are mixed at once") {
  const std::vector<float> in{1, 0, 0, 1, 0.5F, 0.5F};
  std::vector<float> out(3);
  channel_mixer{2, 1}.mix(in, out);
  CHECK(out == std::vector<float>{0.5F, 0.5F, 0.5F});
}

TEST_CASE("the channels of surround sound go to where they stand") {
  const float norm_51 = 1 / (1 + 2 * minus_3_db);
  CHECK(near(gains(6, 0), {norm_51, 0}));                                  // front left
  CHECK(near(gains(6, 1), {0, norm_51}));                                  // front right
  CHECK(near(gains(6, 2), {norm_51 * minus_3_db, norm_51 * minus_3_db}));  // centre
  CHECK(near(gains(6, 3), {0, 0}));                                        // low frequencies
  CHECK(near(gains(6, 4), {norm_51 * minus_3_db, 0}));                     // back left
  CHECK(near(gains(6, 5), {0, norm_51 * minus_3_db}));                     // back right
  const float norm_quad = 1 / (1 + minus_3_db);
  CHECK(near(gains(4, 2), {norm_quad * minus_3_db, 0}));
  CHECK(near(gains(4, 3), {0, norm_quad * minus_3_db}));
  CHECK(near(gains(3, 2), {norm_quad * minus_3_db, norm_quad * minus_3_db}));
  const float norm_71 = 1 / (1 + 3 * minus_3_db);
  CHECK(near(gains(8, 3), {0, 0}));
  CHECK(near(gains(8, 6), {norm_71 * minus_3_db, 0}));  // side left
  CHECK(near(gains(5, 2), {norm_51 * minus_3_db, norm_51 * minus_3_db}));
  CHECK(near(gains(6, 2, 1), {norm_51 * minus_3_db}));
}

TEST_CASE("other numbers of channels go to the left and the right in turns") {
  CHECK(near(gains(10, 0), {0.2F, 0}));
  CHECK(near(gains(10, 9), {0, 0.2F}));
  CHECK(near(gains(9, 8), {0.2F, 0}));
}

TEST_CASE("no mix is louder than full scale, and none is silent") {
  for (std::uint32_t channels = 1; channels <= 64; ++channels) {
    for (const std::uint32_t to : {1U, 2U}) {
      for (const auto sample : mixed(std::vector<float>(channels, 1.0F), to)) {
        CHECK(sample <= 1.000001F);
        CHECK(sample > 0.5F);
      }
    }
  }
}

TEST_CASE("a mixer to no channels or to more than two is refused") {
  CHECK_THROWS_AS((channel_mixer{2, 0}), std::invalid_argument);
  CHECK_THROWS_AS((channel_mixer{2, 3}), std::invalid_argument);
  CHECK_THROWS_AS((channel_mixer{0, 2}), std::invalid_argument);
}
