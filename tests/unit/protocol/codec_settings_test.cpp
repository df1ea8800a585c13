#include "protocol/codec_settings.hpp"

#include <chrono>
#include <cstdint>
#include <string>

#include <doctest/doctest.h>

namespace troupe {
namespace {

using namespace std::chrono_literals;

/// What is said of the default settings after `change`; empty when nothing is.
template <class Change>
std::string complaint_after(Change change) {
  codec_settings settings;
  change(settings);
  return settings.complaint().value_or("");
}

TEST_CASE("the defaults are those of a node without options, and are sound") {
  const codec_settings settings;
  CHECK(settings.sample_rate_hz == 48000);
  CHECK(settings.channels == 2);
  CHECK(settings.frame_duration == 20ms);
  CHECK(settings.bitrate_bps == 96000);
  CHECK(settings.complexity == 3);
  CHECK(settings.vbr);
  CHECK(settings.constrained_vbr);
  CHECK(settings.signal == opus_signal::music);
  CHECK(settings.bandwidth == opus_bandwidth::full);
  CHECK_FALSE(settings.dtx);
  CHECK_FALSE(settings.fec);
  CHECK(settings.expected_loss_percent == 0);
  CHECK_FALSE(settings.complaint());
}

TEST_CASE("each rate, channel count and frame length of Opus is taken, with its frame size") {
  for (const auto rate : {8000, 12000, 16000, 24000, 48000}) {
    for (const auto duration : {2500us, 5000us, 10000us, 20000us, 40000us, 60000us}) {
      for (const auto channels : {1, 2}) {
        codec_settings settings;
        settings.sample_rate_hz = rate;
        settings.channels = channels;
        settings.frame_duration = duration;
        CAPTURE(rate);
        CAPTURE(duration.count());
        CHECK_FALSE(settings.complaint());
        const auto format = settings.format();
        CHECK(format.sample_rate_hz == static_cast<std::uint32_t>(rate));
        CHECK(format.channels == static_cast<std::uint32_t>(channels));
        CHECK(format.frame_duration() == duration);
      }
    }
  }
}

TEST_CASE("a rate that Opus does not have is refused with those that it has") {
  CHECK(complaint_after([](auto& s) { s.sample_rate_hz = 44100; }) ==
        "the Opus sample rate is 8000, 12000, 16000, 24000 or 48000 Hz, not 44100");
  CHECK_FALSE(complaint_after([](auto& s) { s.sample_rate_hz = 0; }).empty());
  CHECK_FALSE(complaint_after([](auto& s) { s.sample_rate_hz = -48000; }).empty());
}

TEST_CASE("any channel count but 1 and 2 is refused") {
  CHECK(complaint_after([](auto& s) { s.channels = 3; }) == "Opus has 1 or 2 channels, not 3");
  CHECK(complaint_after([](auto& s) { s.channels = 0; }) == "Opus has 1 or 2 channels, not 0");
}

TEST_CASE("a frame length that Opus does not have is refused with those that it has") {
  CHECK(complaint_after([](auto& s) { s.frame_duration = 30ms; }) ==
        "an Opus frame lasts 2.5, 5, 10, 20, 40 or 60 ms, not 30 ms");
  CHECK(complaint_after([](auto& s) { s.frame_duration = 2499us; }) ==
        "an Opus frame lasts 2.5, 5, 10, 20, 40 or 60 ms, not 2.499 ms");
  CHECK_FALSE(complaint_after([](auto& s) { s.frame_duration = 0us; }).empty());
}

TEST_CASE("the bitrate is taken up to both of its limits") {
  CHECK(complaint_after([](auto& s) { s.bitrate_bps = 6000; }).empty());
  CHECK(complaint_after([](auto& s) { s.bitrate_bps = 510000; }).empty());
  CHECK(complaint_after([](auto& s) { s.bitrate_bps = 5999; }) ==
        "the bitrate is 6000 to 510000 bit/s, not 5999");
  CHECK(complaint_after([](auto& s) { s.bitrate_bps = 510001; }) ==
        "the bitrate is 6000 to 510000 bit/s, not 510001");
}

TEST_CASE("complexity and expected loss are taken up to both of their limits") {
  CHECK(complaint_after([](auto& s) { s.complexity = 0; }).empty());
  CHECK(complaint_after([](auto& s) { s.complexity = 10; }).empty());
  CHECK(complaint_after([](auto& s) { s.complexity = 11; }) == "the complexity is 0 to 10, not 11");
  CHECK(complaint_after([](auto& s) { s.complexity = -1; }) == "the complexity is 0 to 10, not -1");
  CHECK(complaint_after([](auto& s) { s.expected_loss_percent = 0; }).empty());
  CHECK(complaint_after([](auto& s) { s.expected_loss_percent = 100; }).empty());
  CHECK(complaint_after([](auto& s) { s.expected_loss_percent = 101; }) ==
        "the expected loss is 0 to 100 percent, not 101");
  CHECK_FALSE(complaint_after([](auto& s) { s.expected_loss_percent = -1; }).empty());
}

TEST_CASE("a quality sets bitrate, complexity and bandwidth together") {
  const auto settings_of = [](quality level) {
    codec_settings settings;
    apply_quality(level, settings);
    return settings;
  };
  const auto expect = [](const codec_settings& settings, std::int32_t bitrate,
                         std::int32_t complexity, opus_bandwidth bandwidth) {
    CHECK(settings.bitrate_bps == bitrate);
    CHECK(settings.complexity == complexity);
    CHECK(settings.bandwidth == bandwidth);
    CHECK_FALSE(settings.complaint());
  };
  expect(settings_of(quality::low), 48000, 3, opus_bandwidth::wide);
  expect(settings_of(quality::medium), 80000, 6, opus_bandwidth::superwide);
  expect(settings_of(quality::high), 128000, 9, opus_bandwidth::full);
  expect(settings_of(quality::ultra), 160000, 8, opus_bandwidth::superwide);
}

TEST_CASE("a quality leaves all other settings alone") {
  codec_settings settings;
  settings.channels = 1;
  settings.dtx = true;
  settings.signal = opus_signal::voice;
  auto expected = settings;
  apply_quality(quality::high, settings);
  expected.bitrate_bps = 128000;
  expected.complexity = 9;
  CHECK(settings == expected);
}

TEST_CASE("signals and bandwidths have the names of their options") {
  CHECK(to_string(opus_signal::automatic) == "auto");
  CHECK(to_string(opus_signal::voice) == "voice");
  CHECK(to_string(opus_signal::music) == "music");
  CHECK(to_string(opus_bandwidth::narrow) == "narrow");
  CHECK(to_string(opus_bandwidth::medium) == "medium");
  CHECK(to_string(opus_bandwidth::wide) == "wide");
  CHECK(to_string(opus_bandwidth::superwide) == "superwide");
  CHECK(to_string(opus_bandwidth::full) == "full");
}

}  // namespace
}  // namespace troupe
