#include "actors/media/pcm_input.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "tests/alsa/alsa_stage.hpp"
#include "tests/unit/media/test_sound.hpp"

using namespace troupe;
using namespace troupe::media;
using namespace troupe::test;

TEST_CASE("an address opens the input that it names, and the input says what it is") {
  const scratch_directory scratch;
  const alsa_stage stage;
  write_wav(scratch.path("a.wav"), ramp(54'120, 1), {.sample_rate_hz = 44'100, .channels = 1});
  const auto describe = [](const std::string& uri) {
    return open_pcm_input(parse_source_address(uri), {})->description();
  };
  CHECK(describe("file:" + scratch.path("a.wav")) ==
        "file " + scratch.path("a.wav") + ", 44100 Hz, 1 channel, 1.2 s");
  CHECK(describe("file:" + scratch.path("a.wav") + "?loop=1").ends_with("1.2 s, looped"));
  CHECK(describe("pipe:" + scratch.path("a.wav") + "?rate=8000&channels=1") ==
        "pipe " + scratch.path("a.wav") + ", 8000 Hz, 1 channel, paced by the clock");
  CHECK(describe("tone:997") == "tone of 997 Hz at -12 dBFS");
  CHECK(describe("silence:") == "silence");
  CHECK(describe("alsa:stage") == "sound device stage, 48000 Hz, 2 channels");
}

TEST_CASE("what can be opened beside itself says so, of a pipe there is only one") {
  const scratch_directory scratch;
  write_wav(scratch.path("a.wav"), ramp(100, 1), {.sample_rate_hz = 44'100, .channels = 1});
  const auto can_seek = [](const std::string& uri) {
    return open_pcm_input(parse_source_address(uri), {})->can_seek();
  };
  CHECK(can_seek("file:" + scratch.path("a.wav")));
  CHECK(can_seek("tone:997"));
  CHECK(can_seek("silence:"));
  CHECK_FALSE(can_seek("pipe:" + scratch.path("a.wav")));
}

TEST_CASE("silence is silent, in any shape, and never ends") {
  const auto input = open_pcm_input(silence_source{}, {});
  CHECK(input->pace() == pcm_pace::clock);
  std::vector<float> samples(1'920, 1.0F);
  for (const std::uint32_t rate : {48'000U, 8'000U}) {
    input->reshape({.sample_rate_hz = rate, .channels = 1});
    REQUIRE(std::holds_alternative<pcm_ready>(input->read(samples)));
    CHECK(std::ranges::all_of(samples, [](float sample) { return sample == 0; }));
  }
}
