#include "apps/listen/playout.hpp"

#include <cmath>
#include <memory>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/listen/opus_tone.hpp"

using namespace troupe;
using namespace troupe::listening;
using namespace troupe::listening::test;
using namespace std::chrono_literals;

namespace {

/// Keeps what it is given where the test can see it.
struct heard_sound {
  std::vector<std::int16_t> samples;
  std::uint64_t blocks = 0;
  std::uint64_t blocks_without_packet = 0;
  std::optional<stream_format> format;
  bool finished = false;
  std::uint64_t blocks_taken = ~std::uint64_t{0};
};

class memory_output final : public media::sound_output {
 public:
  explicit memory_output(heard_sound& heard) : heard_(heard) {}

  std::uint32_t begin(const stream_format& format) override {
    heard_.format = format;
    return format.channels;
  }
  media::output_state write(const media::sound_block& block) override {
    CHECK(block.pcm.size() == std::size_t{block.samples} * heard_.format->channels);
    heard_.samples.insert(heard_.samples.end(), block.pcm.begin(), block.pcm.end());
    if (block.packet.empty()) ++heard_.blocks_without_packet;
    return ++heard_.blocks < heard_.blocks_taken ? media::output_state::open
                                                 : media::output_state::closed;
  }
  void finish() override { heard_.finished = true; }
  [[nodiscard]] std::string description() const override { return "memory"; }

 private:
  heard_sound& heard_;
};

struct stage {
  explicit stage(bool waits_for_format = false)
      : sound(std::make_unique<memory_output>(heard), waits_for_format) {}

  /// Plays a frame that came `after` the one before it.
  void play(const opus_packet& packet, std::uint64_t missing = 0,
            std::chrono::nanoseconds after = 20ms) {
    now += after;
    sound.play({.packet = packet, .captured = {}, .duration = 20ms, .received = now},
               {.frames = missing, .frame_duration = 20ms});
  }

  [[nodiscard]] double level(std::size_t first_block, std::size_t blocks) const {
    double squares = 0;
    for (auto i = first_block * 1920; i < (first_block + blocks) * 1920; ++i)
      squares += std::pow(heard.samples.at(i) / 32768.0, 2);
    return std::sqrt(squares / static_cast<double>(blocks * 1920));
  }

  heard_sound heard;
  playout sound;
  steady_time now{1h};
};

}  // namespace

TEST_CASE("frames are decoded and put out with their packets") {
  stage at;
  for (const auto& packet : opus_tone(50)) at.play(packet);
  at.sound.finish();
  CHECK(at.heard.blocks == 50);
  CHECK(at.heard.blocks_without_packet == 0);
  CHECK(at.sound.length() == 1s);
  CHECK(at.heard.finished);
  CHECK(at.level(10, 40) == doctest::Approx(0.5 / std::sqrt(2)).epsilon(0.05));
  CHECK(at.sound.level().peak_dbfs() == doctest::Approx(-6).epsilon(0.1));
}

TEST_CASE("a missing frame is concealed with sound like that around it") {
  stage at;
  const auto packets = opus_tone(50);
  for (std::size_t i = 0; i < 20; ++i) at.play(packets[i]);
  at.play(packets[21], 1, 40ms);
  at.sound.finish();
  CHECK(at.sound.counters().missing_frames == 1);
  CHECK(at.heard.blocks_without_packet == 1);
  CHECK(at.sound.length() == 22 * 20ms);
  CHECK(at.level(20, 1) > 0.1);
}

TEST_CASE("a lost frame of speech comes back from forward error correction") {
  const auto packets = opus_tone(50, {.voice_with_fec = true});
  stage whole;
  for (const auto& packet : packets) whole.play(packet);
  stage at;
  for (std::size_t i = 0; i < 50; ++i)
    if (i != 30) at.play(packets[i], i == 31 ? 1 : 0, i == 31 ? 40ms : 20ms);
  double difference = 0;
  double energy = 0;
  for (std::size_t i = std::size_t{30} * 1920; i < std::size_t{31} * 1920; ++i) {
    difference += std::pow(at.heard.samples[i] - whole.heard.samples[i], 2);
    energy += std::pow(whole.heard.samples[i], 2);
  }
  CHECK(energy > 0);
  CHECK(difference < 0.3 * energy);
}

TEST_CASE("a long gap is as long as it was, and silent after 100 ms") {
  stage at;
  const auto packets = opus_tone(30);
  for (std::size_t i = 0; i < 20; ++i) at.play(packets[i]);
  at.play(packets[20], 3000, 60s + 20ms);
  CHECK(at.sound.counters().missing_frames == 3000);
  CHECK(at.sound.length() == 21 * 20ms + 60s);
  CHECK(at.level(25, 2995) == 0);
}

TEST_CASE("no more is made up than time went by, whatever the frames' times say") {
  stage at;
  const auto packets = opus_tone(100);
  for (const auto& packet : packets) at.play(packet, std::uint64_t{1} << 40);
  // A second at the start, and never more.
  CHECK(at.sound.counters().missing_frames <= 51);
  CHECK(at.sound.length() <= 100 * 20ms + 1020ms);
}

TEST_CASE("frames that come faster than time goes by leave no debt") {
  stage at;
  const auto packets = opus_tone(200);
  for (std::size_t i = 0; i < 199; ++i) at.play(packets[i], 0, 0ms);
  at.play(packets[199], 100, 2020ms);
  CHECK(at.sound.counters().missing_frames == 100);
}

TEST_CASE("a packet that cannot be decoded is counted and concealed") {
  stage at;
  const auto packets = opus_tone(20);
  for (const auto& packet : packets) at.play(packet);
  at.play({});
  at.play({std::byte{0xFF}, std::byte{0x00}});
  at.play(packets[0]);
  CHECK(at.sound.counters().decode_errors == 2);
  CHECK(at.heard.blocks_without_packet == 2);
  CHECK(at.sound.length() == 23 * 20ms);
}

TEST_CASE("the first frames wait for the format, but not for more than 100 ms of sound") {
  const auto packets = opus_tone(10, {.channels = 1});
  stage told{true};
  told.play(packets[0]);
  CHECK(told.heard.blocks == 0);
  told.sound.set_format({48000, 1, 960});
  CHECK(told.heard.blocks == 1);
  CHECK(told.heard.format->channels == 1);

  stage untold{true};
  for (int i = 0; i < 4; ++i) untold.play(packets[0]);
  CHECK(untold.heard.blocks == 0);
  untold.play(packets[0]);
  CHECK(untold.heard.blocks == 5);
  CHECK(untold.heard.format->channels == 2);
}

TEST_CASE("frames that still wait for the format at the end are put out") {
  stage at{true};
  at.play(opus_tone(1)[0]);
  at.sound.finish();
  CHECK(at.heard.blocks == 1);
  CHECK(at.heard.finished);
}

TEST_CASE("nothing is begun when no frame came") {
  stage at;
  at.sound.set_format({});
  at.sound.finish();
  CHECK_FALSE(at.heard.format.has_value());
  CHECK(at.heard.finished);
}

TEST_CASE("an output that is closed is given nothing more") {
  stage at;
  at.heard.blocks_taken = 3;
  for (const auto& packet : opus_tone(10)) at.play(packet);
  CHECK_FALSE(at.sound.open());
  CHECK(at.heard.blocks == 3);
}

TEST_CASE("a stream that becomes mono or stereo in the middle goes on as it began") {
  stage at;
  at.sound.set_format({48000, 2, 960});
  at.play(opus_tone(1)[0]);
  at.sound.set_format({48000, 1, 960});
  at.play(opus_tone(1, {.channels = 1})[0]);
  CHECK(at.heard.samples.size() == 2 * 1920);
}
