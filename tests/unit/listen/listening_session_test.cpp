#include "apps/listen/listening_session.hpp"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <pthread.h>

#include "protocol/failure.hpp"
#include "tests/unit/listen/fake_node.hpp"
#include "tests/unit/listen/opus_tone.hpp"
#include "tests/unit/listen/recorded_sound.hpp"
#include "tests/unit/listen/scratch_directory.hpp"

using namespace troupe;
using namespace troupe::listening;
using namespace troupe::listening::test;
using namespace std::chrono_literals;

namespace {

/// Sends frames that were captured 20 ms apart, all at once.
class frame_sender {
 public:
  explicit frame_sender(fake_node& node) : node_(node), packets_(opus_tone(200)) {}

  void send(std::size_t from, std::size_t to) {
    for (auto i = from; i < to; ++i)
      node_.send(message(wire::message_type::opus_frame,
                         start_ + std::chrono::milliseconds{20 * static_cast<std::int64_t>(i)},
                         packets_.at(i)));
  }

 private:
  fake_node& node_;
  std::vector<opus_packet> packets_;
  unix_time start_ = unix_now() - 1s;
};

struct stage {
  scratch_directory directory;
  listen_options options{.node = directory.file("node.sock"),
                         .output = opus_output{directory.file("a.opus")},
                         .duration = {},
                         .json = true,
                         .silent = false,
                         .follow = false,
                         .meter = false,
                         .log_level = "off"};
  fake_node node{options.node};

  /// Listens while the node does what `script` says.
  report listen(const std::function<void(frame_sender&)>& script) {
    const ending_signals signals;
    listening_session session{options, signals};
    frame_sender sender{node};
    std::thread serving{[&] {
      node.accept();
      script(sender);
    }};
    session.run();
    serving.join();
    return session.summary();
  }
};

}  // namespace

TEST_CASE("a session writes down what came, and what is missing") {
  stage at;
  at.options.time_line = at.directory.file("a.timeline");
  static_cast<void>(at.listen([&](frame_sender& sender) {
    sender.send(0, 50);
    sender.send(55, 100);
    at.node.send(message(wire::message_type::stop, unix_now()));
  }));
  std::ifstream file{*at.options.time_line};
  std::uint64_t frames = 0;
  std::vector<std::uint64_t> missing;
  for (std::string line; std::getline(file, line);) {
    const auto told = nlohmann::json::parse(line);
    frames += told["frames"].get<std::uint64_t>();
    missing.push_back(told["missing_before"].get<std::uint64_t>());
  }
  CHECK(frames == 95);
  CHECK(missing == std::vector<std::uint64_t>{0, 0, 5});
}

TEST_CASE("a session ends when the node stops, with a whole recording and a full account") {
  stage at;
  const auto heard = at.listen([&](frame_sender& sender) {
    const auto config = wire::control_message::config({48000, 2, 960}, unix_now());
    at.node.send(config.bytes());
    sender.send(0, 100);
    at.node.send(message(wire::message_type::stop, unix_now()));
  });
  CHECK(heard.frames == 100);
  CHECK(heard.missing_frames == 0);
  CHECK(heard.duration == 2s);
  CHECK(heard.stops == 1);
  CHECK(heard.reconnects == 0);
  CHECK(heard.latency.count() == 100);
  CHECK(heard.bytes == heard.opus_bytes + std::uint64_t{100} * 17 + 29 + 17);
  const auto path = at.directory.file("a.opus");
  CHECK_FALSE(opusinfo(path).complains);
  CHECK(read_sound(path).length() == 96000 - 312);

  const auto json = nlohmann::json::parse(to_json(heard));
  for (const auto* name :
       {"frames", "missing_frames", "bytes", "duration_s", "latency_p50_us", "latency_p99_us",
        "latency_p999_us", "latency_max_us", "reconnects", "decode_errors", "protocol_errors"})
    CHECK_MESSAGE(json.contains(name), name);
  CHECK(to_json(heard).find('\n') == std::string::npos);
}

TEST_CASE("a session with a duration ends with exactly so much sound") {
  stage at;
  at.options.duration = 1s;
  at.options.output = wav_output{at.directory.file("a.wav")};
  const auto heard = at.listen([&](frame_sender& sender) { sender.send(0, 150); });
  CHECK(heard.frames == 50);
  CHECK(heard.duration == 1s);
  CHECK(read_sound(at.directory.file("a.wav")).length() == 48000);
}

TEST_CASE("a session goes on over a node that is lost, and counts what it missed") {
  stage at;
  const auto heard = at.listen([&](frame_sender& sender) {
    sender.send(0, 10);
    at.node.hang_up();
    at.node.accept();
    sender.send(20, 100);
    at.node.send(message(wire::message_type::stop, unix_now()));
  });
  CHECK(heard.frames == 90);
  CHECK(heard.missing_frames == 10);
  CHECK(heard.reconnects == 1);
  CHECK(heard.duration == 2s);
  const auto path = at.directory.file("a.opus");
  CHECK_FALSE(opusinfo(path).complains);
  CHECK(read_sound(path).length() == 96000 - 312);
}

TEST_CASE("a session that follows goes on after a stop") {
  stage at;
  at.options.follow = true;
  at.options.duration = 1s;
  const auto heard = at.listen([&](frame_sender& sender) {
    sender.send(0, 25);
    at.node.send(message(wire::message_type::stop, unix_now()));
    at.node.accept();
    sender.send(25, 60);
  });
  CHECK(heard.stops == 1);
  CHECK(heard.reconnects == 1);
  CHECK(heard.frames == 50);
  CHECK(heard.missing_frames == 0);
}

TEST_CASE("a signal ends a session in good order") {
  stage at;
  const auto listener = ::pthread_self();
  const auto heard = at.listen([&](frame_sender& sender) {
    sender.send(0, 10);
    // Until the client has read all of it, there is nothing to hear of it.
    std::this_thread::sleep_for(200ms);
    ::pthread_kill(listener, SIGINT);
  });
  CHECK(heard.frames == 10);
  CHECK_FALSE(opusinfo(at.directory.file("a.opus")).complains);
}

TEST_CASE("times from 1677 to 2262 do no harm") {
  stage at;
  const auto heard = at.listen([&](frame_sender&) {
    const auto packet = opus_tone(1)[0];
    for (const auto time : {unix_time::min(), unix_time::max(), unix_time::min(), unix_now()})
      at.node.send(message(wire::message_type::opus_frame, time, packet));
    at.node.send(message(wire::message_type::stop, unix_now()));
  });
  CHECK(heard.frames == 4);
  CHECK(heard.frames_from_future >= 1);
  CHECK(heard.duration <= 1100ms);
}

TEST_CASE("an output that cannot be made is refused before the node is asked for anything") {
  stage at;
  at.options.output = opus_output{at.directory.file("absent/a.opus")};
  const ending_signals signals;
  CHECK_THROWS_AS(listening_session(at.options, signals), failure);
}

TEST_CASE("a duration that is over before the node was reached is no success") {
  stage at;
  at.options.node = at.directory.file("absent.sock");
  at.options.duration = 60ms;
  const ending_signals signals;
  listening_session session{at.options, signals};
  CHECK_THROWS_AS(session.run(), failure);
}
