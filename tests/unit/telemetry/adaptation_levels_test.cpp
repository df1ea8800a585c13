#include "actors/telemetry/adaptation_levels.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace std::chrono_literals;
using telemetry::encoder_cost;
using telemetry::tuning_at;

namespace {

stream_tuning at(int level, const stream_tuning& asked_for = {},
                 const adaptation_limits& limits = {}, double lost = 0) {
  return tuning_at(level_of(level), asked_for, limits, lost);
}

}  // namespace

TEST_CASE("the defaults of the adaptation are those of the design") {
  const adaptation_settings settings;
  CHECK(settings.mode == adaptation_mode::on);
  CHECK(settings.limits.max_level == level_of(8));
  CHECK(settings.cooldown == 30s);
  CHECK(settings.stability == 10s);
  CHECK(settings.rollback_latency == 300ms);
  CHECK(settings.calm_share == 0.6);
  CHECK(settings.limits.min_queue_frames == 3);
  CHECK(settings.limits.max_queue_frames == 20);
  CHECK(settings.limits.min_socket_buffer_bytes == 32 * 1024);
  CHECK(settings.limits.max_socket_buffer_bytes == 256 * 1024);
  CHECK(delivery_tuning{}.queue_frames == 6);
  CHECK(delivery_tuning{}.socket_buffer_bytes == 128 * 1024);
}

TEST_CASE("level 0 is what was asked for") { CHECK(at(0) == stream_tuning{}); }

TEST_CASE("each level asks less of the machine and of links than the one below") {
  stream_tuning asked_for;
  asked_for.codec.complexity = 10;
  for (int level = 1; level <= 8; ++level) {
    const auto before = at(level - 1, asked_for).codec;
    const auto now = at(level, asked_for).codec;
    CAPTURE(level);
    CHECK(encoder_cost(now) < encoder_cost(before));
    CHECK(now.bitrate_bps < before.bitrate_bps);
    CHECK(now.frame_duration >= before.frame_duration);
    CHECK_FALSE(now.complaint());
  }
  CHECK(at(8, asked_for).codec.complexity == 0);
  CHECK(at(8, asked_for).codec.bitrate_bps == 24'000);
  CHECK(at(8, asked_for).codec.frame_duration == 60ms);
}

TEST_CASE("no client hears older sound because frames are longer") {
  CHECK(at(3).delivery == delivery_tuning{});
  CHECK(at(4).delivery == delivery_tuning{.queue_frames = 3, .socket_buffer_bytes = 64 * 1024});
  CHECK(at(8).delivery.queue_frames == 3);
  CHECK(at(8).delivery.socket_buffer_bytes == 128 * 1024 / 3);
}

TEST_CASE("limits are kept at every level, and what was asked for beyond them stays") {
  const adaptation_limits limits{
      .min_bitrate_bps = 64'000, .min_complexity = 2, .max_frame_duration = 40ms};
  CHECK(at(8, {}, limits).codec.bitrate_bps == 64'000);
  CHECK(at(8, {}, limits).codec.complexity == 2);
  CHECK(at(8, {}, limits).codec.frame_duration == 40ms);
  stream_tuning beyond;
  beyond.codec.bitrate_bps = 32'000;
  beyond.codec.complexity = 1;
  beyond.codec.frame_duration = 60ms;
  beyond.delivery.queue_frames = 2;
  CHECK(at(8, beyond, limits) == beyond);
  CHECK(at(8, {}, {.max_frame_duration = 20ms}).codec.frame_duration == 20ms);
  CHECK(at(8, {}, {.max_frame_duration = 50ms}).codec.frame_duration == 40ms);
}

TEST_CASE("where frames get lost the error correction expects it, from level 0 on") {
  CHECK(at(0, {}, {}, 0.05).codec.fec);
  CHECK(at(0, {}, {}, 0.05).codec.expected_loss_percent == 5);
  CHECK(at(0, {}, {}, 0.9).codec.expected_loss_percent == 30);
  stream_tuning expects_more;
  expects_more.codec.expected_loss_percent = 20;
  CHECK(at(0, expects_more, {}, 0.05).codec.expected_loss_percent == 20);
}
