#include <cmath>
#include <span>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/alsa/alsa_stage.hpp"
#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/sound.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

void listen_for(running_node& node, int frames) {
  auto client = node.client();
  for (int i = 0; i < frames; ++i) client.read_until(wire_type::opus_frame);
}

}  // namespace

TEST_CASE("a node streams a sound device at the device's pace, timestamps even within 1 ms") {
  const alsa_stage stage;
  running_node node{{"--source", "alsa:stage_tone"}};
  auto client = node.client();
  auto before = client.read_until(wire_type::opus_frame).timestamp;
  for (int i = 0; i < 200; ++i) {
    const auto now = client.read_until(wire_type::opus_frame).timestamp;
    CHECK(std::abs(now - before - 20'000'000) < 1'000'000);
    before = now;
  }
  CHECK(node.stop()["xruns"] == 0);
}

TEST_CASE("a node goes on after an overrun and over the loss of its device, clients connected") {
  const alsa_stage stage;
  running_node node{{"--source", "alsa:stage_tone"}};
  child_process listener{TROUPE_LISTEN, {node.socket(), "--json"}};
  listen_for(node, 25);
  stage.begin_fault("overrun");
  node.process().wait_for_errors("had to drop sound");
  listen_for(node, 25);
  stage.begin_fault("gone");
  node.process().wait_for_errors("stage_tone is gone");
  stage.end_fault("gone");
  node.process().wait_for_errors("is back");
  listen_for(node, 25);
  const auto account = node.stop();
  CHECK(account["xruns"] == 1);
  CHECK(account["device_losses"] == 1);
  CHECK(account["device_returns"] == 1);
  CHECK(account["restarts"] == 0);
  CHECK(listener.wait() == exited(0));
  CHECK(listener.last_json_line()["reconnects"] == 0);
  CHECK(listener.last_json_line()["missing_frames"].get<int>() > 0);  // the gap is told honestly
}

TEST_CASE("what ALSA's file plugin plays into its null device is heard through a node") {
  alsa_stage stage;
  const auto sweep = spread(sine_sweep(200, 4000, 6s), 2);
  const auto path = stage.directory() / "sweep.raw";
  write_bytes(path, std::as_bytes(std::span{sweep.samples}));  // what the node prefers
  stage.define("recording", "type file slave.pcm nothing file /dev/null infile \"" + path.string() +
                                "\" format raw");
  const auto heard = stage.directory() / "heard.wav";
  running_node node{{"--source", "alsa:recording", "--bitrate", "128000"}};
  CHECK(run(TROUPE_LISTEN, {node.socket(), "--out", heard.string(), "--duration", "3"}).status ==
        exited(0));
  node.stop();
  const auto original = mixed_to_mono(sweep);
  CHECK(correlation(original.samples, mixed_to_mono(read_sound(heard)).samples) >= 0.98);
}
