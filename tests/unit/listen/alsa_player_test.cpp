#include "actors/media/alsa_player.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "protocol/failure.hpp"
#include "tests/alsa/alsa_stage.hpp"

using namespace troupe;
using media::alsa_player;

namespace {

failure_kind refusal_of(const std::string& device) {
  try {
    const alsa_player player{device};
  } catch (const failure& refused) {
    return refused.kind();
  }
  FAIL("the device was not refused");
  return {};
}

}  // namespace

TEST_CASE("a device plays the samples that it is given") {
  test::alsa_stage stage;
  const auto path = (stage.directory() / "played.raw").string();
  stage.define("recorder", "type file\nslave.pcm nothing\nformat raw\nfile \"" + path + "\"\n");
  std::vector<std::int16_t> samples(std::size_t{2} * 960);
  for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<std::int16_t>(i);
  {
    alsa_player player{"recorder"};
    CHECK(player.begin(stream_format{}) == 2);
    player.write({.packet = {}, .pcm = samples, .samples = 960});
    player.finish();
    CHECK(player.samples_dropped() == 0);
  }
  std::ifstream file{path, std::ios::binary};
  const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
  const std::string expected{reinterpret_cast<const char*>(samples.data()), samples.size() * 2};
  CHECK(bytes == expected);
}

TEST_CASE("a device that is not there is refused when the player is made") {
  const test::alsa_stage stage;
  CHECK(refusal_of("absent") == failure_kind::no_device);
}

TEST_CASE("a player that was given no sound ends at once") {
  const test::alsa_stage stage;
  alsa_player player{"nothing"};
  CHECK_NOTHROW(player.finish());
}
