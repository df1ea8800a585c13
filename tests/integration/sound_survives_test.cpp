#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/sound.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr double frame_s = 0.02;

/// The longer sound that a node is to stream: quiet first, so that a listener is there in time.
sound with_quiet_start(const sound& original) {
  auto result = original;
  result.samples.insert(result.samples.begin(), original.sample_rate_hz, 0.0F);
  return result;
}

/// How well `heard` matches `original`, both as one channel at 48 kHz.
double match(const sound& original, const sound& heard) {
  return correlation(mixed_to_mono(original).samples, mixed_to_mono(heard).samples);
}

/// Streams `original` at 128 kbit/s to a listener that writes `name`; returns what it heard.
sound heard_through(const sound& original, const std::string& name) {
  const temporary_directory directory;
  const auto source = directory / "source.wav";
  const auto recording = directory / name;
  write_wav(source, with_quiet_start(original));
  running_node node{{"--source", "file:" + source.string(), "--bitrate", "128000"}};
  child_process listener{TROUPE_LISTEN, {node.socket(), "--out", recording.string(), "--json"}};
  const auto account = node.wait(60s);
  CHECK(listener.wait() == exited(0));
  const auto report = listener.last_json_line();
  CHECK(report["missing_frames"] == 0);
  CHECK(report["decode_errors"] == 0);
  CHECK(report["frames"] == account["frames_delivered"]);
  return read_sound(recording);
}

}  // namespace

TEST_CASE("recorded speech survives the way through node and listener") {
  const auto speech = recorded_speech();
  const auto heard = heard_through(speech, "heard.opus");
  CHECK(match(speech, heard) >= 0.98);
}

TEST_CASE("a sine sweep survives the way through node and listener") {
  const auto sweep = sine_sweep(50, 15'000, 8s);
  CHECK(match(sweep, heard_through(sweep, "heard.wav")) >= 0.98);
}

TEST_CASE("a recording is valid Ogg Opus, as long as it was listened") {
  const temporary_directory directory;
  running_node node{{"--source", "tone:440"}};
  const auto recording = directory / "x.opus";
  const auto ended =
      run(TROUPE_LISTEN, {node.socket(), "--out", recording.string(), "--duration", "4", "--json"});
  CHECK(ended.status == exited(0));
  const auto checked = run("opusinfo", {recording.string()});
  CHECK(checked.status == exited(0));
  CHECK(checked.output.find("WARNING") == std::string::npos);
  CHECK(checked.errors.find("WARNING") == std::string::npos);
  CHECK(std::abs(read_sound(recording).duration().count() - 4.0) <= frame_s + 0.001);
}

TEST_CASE("a recording is whole after SIGINT of the listener and after SIGKILL of the node") {
  const temporary_directory directory;
  running_node node{{"--source", "tone:440"}};
  const auto by_signal = directory / "int.opus";
  const auto by_kill = directory / "kill.opus";
  child_process interrupted{TROUPE_LISTEN, {node.socket(), "--out", by_signal.string()}};
  child_process bereaved{TROUPE_LISTEN, {node.socket(), "--out", by_kill.string()}};
  auto watcher = node.client();
  for (int i = 0; i < 100; ++i) watcher.read_until(wire_type::opus_frame);
  interrupted.send_signal(SIGINT);
  CHECK(interrupted.wait() == exited(0));
  node.process().send_signal(SIGKILL);
  node.process().wait();
  bereaved.send_signal(SIGTERM);
  CHECK(bereaved.wait() == exited(0));
  for (const auto& recording : {by_signal, by_kill}) {
    const auto checked = run("opusinfo", {recording.string()});
    CHECK(checked.status == exited(0));
    CHECK((checked.output + checked.errors).find("WARNING") == std::string::npos);
    CHECK(read_sound(recording).duration().count() > 1.5);
  }
}

TEST_CASE("a listener finds its way back to a node that comes back, and counts what it missed") {
  const temporary_directory directory;
  const auto socket = (directory / "s").string();
  const std::vector<std::string> arguments{"--source", "silence:", "--socket", socket};
  auto first = std::make_unique<child_process>(TROUPE_NODE, arguments);
  first->wait_for_errors("serving");
  child_process listener{TROUPE_LISTEN, {socket, "--json", "--duration", "4"}};
  first->wait_for_errors("client 1");
  first->send_signal(SIGKILL);
  first->wait();
  child_process second{TROUPE_NODE, arguments};
  second.wait_for_errors("client 1");
  CHECK(listener.wait() == exited(0));
  const auto report = listener.last_json_line();
  CHECK(report["reconnects"] == 1);
  CHECK(report["frames"].get<int>() > 50);
}

TEST_CASE("sound piped into the node is heard at the clock's pace, whole") {
  const temporary_directory directory;
  const auto tone = sine_sweep(300, 3000, 3s);
  const auto recording = directory / "x.wav";
  child_options options;
  options.stdin_pipe = true;
  running_node node{{"--source", "pipe:-?rate=48000&channels=1", "--bitrate", "128000"}, options};
  child_process listener{TROUPE_LISTEN, {node.socket(), "--out", recording.string(), "--json"}};
  node.process().wait_for_errors("client 1");
  const auto began = std::chrono::steady_clock::now();
  CHECK(node.process().write_stdin(to_s16le(tone)));
  node.process().close_stdin();
  const auto account = node.wait();
  CHECK(listener.wait() == exited(0));
  CHECK(std::chrono::steady_clock::now() - began > 2900ms);
  CHECK(account["frames_produced"] == 150);
  CHECK(match(tone, read_sound(recording)) >= 0.98);
}
