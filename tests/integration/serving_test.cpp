#include <algorithm>
#include <csignal>
#include <deque>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/integration/support/check_sums.hpp"
#include "tests/integration/support/eventually.hpp"
#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/sanitizers.hpp"
#include "tests/integration/support/wire_client.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

std::vector<wire_message> read_frames(wire_client& client, std::size_t count) {
  std::vector<wire_message> frames;
  while (frames.size() < count) frames.push_back(client.read_until(wire_type::opus_frame));
  return frames;
}

/// Frames that are missing between neighbours, where each lasts `duration`.
std::int64_t missing_between(const std::vector<wire_message>& frames,
                             std::chrono::nanoseconds duration) {
  std::int64_t missing = 0;
  for (std::size_t i = 1; i < frames.size(); ++i) {
    const auto apart = frames[i].timestamp - frames[i - 1].timestamp;
    CHECK(apart % duration.count() == 0);
    missing += apart / duration.count() - 1;
  }
  return missing;
}

/// Fewer clients where each takes longer.
constexpr int scale = sanitized ? 10 : 1;

}  // namespace

TEST_CASE("a frame on the wire is a header as described and its packet, and nothing else") {
  running_node node{{"--source", "tone:440"}};
  auto client = node.client();
  for (const auto& frame : read_frames(client, 25)) {
    CHECK(frame.type == wire_type::opus_frame);
    REQUIRE(frame.raw.size() == 17 + frame.payload.size());
    CHECK(octets(frame.raw.begin(), frame.raw.begin() + 4) == octets{0x55, 0x4F, 0x4B, 0x4A});
    CHECK(frame.raw == wire_bytes(wire_type::opus_frame, frame.payload, frame.timestamp));
    CHECK(frame.payload.size() > 100);
  }
}

TEST_CASE("clients that read in one piece and byte by byte get the same bytes") {
  running_node node{{"--source", "tone:440"}};
  auto whole = node.client();
  auto bytewise = node.client();
  bytewise.read_one_byte_at_a_time();
  std::map<std::int64_t, octets> by_timestamp;
  for (const auto& frame : read_frames(whole, 60)) by_timestamp[frame.timestamp] = frame.raw;
  int compared = 0;
  for (const auto& frame : read_frames(bytewise, 50)) {
    const auto found = by_timestamp.find(frame.timestamp);
    if (found == by_timestamp.end()) continue;
    CHECK(found->second == frame.raw);
    ++compared;
  }
  CHECK(compared > 30);
}

TEST_CASE("timestamps of a paced source differ by exactly the frame's duration") {
  running_node node{{"--source", "tone:440", "--frame-ms", "2.5"}};
  auto client = node.client();
  CHECK(missing_between(read_frames(client, 400), 2500us) == 0);
}

TEST_CASE("each message of a client does what the protocol says") {
  running_node node{{"--source", "silence:"}};
  auto client = node.client();
  CHECK(client.read_message()->type == wire_type::opus_frame);
  client.send_heartbeat();
  CHECK(client.read_until(wire_type::ack).payload.empty());
  const wire_config format{.sample_rate = 48000, .channels = 2, .frame_size = 960};
  CHECK(read_config(client.read_until(wire_type::config)) == format);
  client.send_config({.sample_rate = 8000, .channels = 1, .frame_size = 160});
  client.read_until(wire_type::ack);
  CHECK(read_config(client.read_until(wire_type::config)) == format);
  client.send_ack();
  client.send_message(wire_type::heartbeat, octets(4096, 0xAA));  // read past
  client.read_until(wire_type::ack);

  auto other = node.client();
  client.send_stop();
  CHECK(client.closes_within(2s));
  CHECK(read_frames(other, 10).size() == 10);

  const auto account = node.stop();
  CHECK(account["protocol_errors"] == 0);
  check_sums(account);
}

TEST_CASE("a talking client hears the node's stop, a silent one only frames") {
  running_node node{{"--source", "silence:"}};
  auto talker = node.client();
  auto silent = node.client();
  talker.send_ack();
  talker.read_until(wire_type::config);
  node.process().send_signal(SIGTERM);
  CHECK(talker.read_until(wire_type::stop).payload.empty());
  CHECK_FALSE(talker.read_message());
  while (const auto message = silent.read_message()) CHECK(message->type == wire_type::opus_frame);
  node.wait();
}

TEST_CASE("a client may close its writing side and keep listening") {
  running_node node{{"--source", "silence:"}};
  auto client = node.client();
  client.half_close();
  CHECK(read_frames(client, 20).size() == 20);
}

TEST_CASE("what is not allowed closes its sender's connection and is counted by kind") {
  running_node node{{"--source", "silence:"}};
  const auto is_thrown_out_for = [&](const octets& bytes) {
    auto client = node.client();
    client.send(bytes);
    return client.closes_within(2s);
  };
  CHECK(is_thrown_out_for({'G', 'E', 'T', ' ', '/'}));
  CHECK(is_thrown_out_for(wire_bytes(5)));
  CHECK(is_thrown_out_for(wire_bytes(wire_type::opus_frame, octets(10, 1))));
  CHECK(is_thrown_out_for(wire_bytes(wire_type::heartbeat, {}, 0, 4097)));
  CHECK(is_thrown_out_for(wire_bytes(wire_type::heartbeat, {}, 0, 0xFFFFFFFF)));
  const auto pid = "pid " + std::to_string(::getpid());
  CHECK(node.process().errors().find(pid) != std::string::npos);
  const auto errors = node.stop()["protocol_errors_by_kind"];
  CHECK(errors["bad_magic"] == 1);
  CHECK(errors["unknown_type"] == 1);
  CHECK(errors["unexpected_frame"] == 1);
  CHECK(errors["oversized_payload"] == 2);
}

TEST_CASE("one of three clients is killed, one stopped and resumed: the third misses nothing") {
  running_node node{{"--source", "tone:440", "--frame-ms", "5", "--socket-buffer", "64", "--queue",
                     "20", "--write-timeout", "30s"}};
  child_process killed{TROUPE_LISTEN, {node.socket(), "--json"}};
  child_process stopped{TROUPE_LISTEN, {node.socket(), "--json"}};
  child_process steady{TROUPE_LISTEN, {node.socket(), "--json"}};
  node.process().wait_for_errors("client 3 came");
  auto watcher = node.client();
  read_frames(watcher, 200);
  killed.send_signal(SIGKILL);
  stopped.send_signal(SIGSTOP);
  read_frames(watcher, 2000);  // 10 s
  stopped.send_signal(SIGCONT);
  read_frames(watcher, 200);
  for (auto* listener : {&stopped, &steady}) {
    listener->send_signal(SIGTERM);
    CHECK(listener->wait() == exited(0));
    CHECK(listener->last_json_line()["protocol_errors"] == 0);
    CHECK(listener->last_json_line()["decode_errors"] == 0);
    CHECK(listener->last_json_line()["reconnects"] == 0);
  }
  CHECK(steady.last_json_line()["missing_frames"] == 0);
  CHECK(steady.last_json_line()["frames"].get<int>() >= 2390);
  CHECK(stopped.last_json_line()["missing_frames"].get<int>() > 0);
  check_sums(node.stop());
}

TEST_CASE("with --clients=1 a new client takes the place of the earlier one") {
  running_node node{{"--source", "silence:", "--clients", "1"}};
  auto first = node.client();
  read_frames(first, 2);
  auto second = node.client();
  read_frames(second, 2);
  CHECK(first.closes_within(2s));
  CHECK(read_frames(second, 5).size() == 5);
}

TEST_CASE("a good client misses nothing while hostile ones do their worst") {
  running_node node{{"--source", "tone:440"}};
  child_process good{TROUPE_LISTEN, {node.socket(), "--json"}};
  node.process().wait_for_errors("client 1 came");

  std::deque<wire_client> silent;
  for (int i = 0; i < 1000 / scale; ++i) silent.push_back(node.client());
  for (int i = 0; i < 200 / scale; ++i) {
    auto garbage = node.client();
    garbage.send(octets(300, static_cast<std::uint8_t>(i)));
    auto huge = node.client();
    huge.send(wire_bytes(wire_type::config, {}, 0, 0xFFFFFFFF));
    auto half = node.client();
    half.send(octets{0x55, 0x4F, 0x4B, 0x4A, 3});
    CHECK(garbage.closes_within(5s));
    CHECK(huge.closes_within(5s));
  }
  auto flooder = node.client();
  octets flood;
  for (int i = 0; i < 1000; ++i) {
    const auto heartbeat = wire_bytes(wire_type::heartbeat);
    flood.insert(flood.end(), heartbeat.begin(), heartbeat.end());
  }
  std::jthread flooding{[&](const std::stop_token& over) {
    flooder.set_timeout(100ms);
    for (int i = 0; i < 500 && !over.stop_requested(); ++i) {
      try {
        flooder.send(flood);
      } catch (const wire_failure&) {  // the node does not read it for now, as it should
      }
    }
  }};
  auto watcher = node.client();
  read_frames(watcher, 100);
  flooding.request_stop();
  flooding.join();
  good.send_signal(SIGTERM);
  CHECK(good.wait() == exited(0));
  CHECK(good.last_json_line()["missing_frames"] == 0);
  CHECK(good.last_json_line()["reconnects"] == 0);
  silent.clear();
  const auto account = node.stop();
  CHECK(account["clients_served"].get<int>() >= 1600 / scale);
  CHECK(account["protocol_errors"].get<int>() >= 400 / scale);
  CHECK(account["restarts"] == 0);
  check_sums(account);
}

TEST_CASE("10,000 connections made and broken in all ways leave no descriptor and no memory") {
  running_node node{{"--source", "silence:"}};
  const auto churn = [&](int count) {
    for (int i = 0; i < count; ++i) {
      auto client = node.client();
      switch (i % 6) {
        case 0:
          break;
        case 1:
          client.send_heartbeat();
          break;
        case 2:
          client.send_stop();
          break;
        case 3:
          client.send(octets{0x55, 0x4F});
          break;
        case 4:
          client.half_close();
          break;
        default:
          static_cast<void>(client.try_send(octets(100, 0x42)));
          break;
      }
    }
  };
  // Sanitizers hold on to what is freed, to catch whoever uses it still.
  constexpr std::size_t memory_for_accounts_kib = sanitized ? 1'000'000 : 5 * 1024;
  const auto pid = node.process().pid();
  const auto descriptors = open_descriptors(pid);
  node.client().read_until(wire_type::opus_frame);  // whatever is made once has been made
  const auto memory_kib = resident_kib(pid);
  for (int round = 0; round < 2; ++round) {
    churn(10'000 / scale);
    // Clients are taken in in their order: once this one hears, all before it have come.
    node.client().read_until(wire_type::opus_frame);
    CHECK(eventually([&] { return open_descriptors(pid) <= descriptors; }, 30s));
    CHECK(
        eventually([&] { return resident_kib(pid) < memory_kib + memory_for_accounts_kib; }, 10s));
  }
  const auto account = node.stop();
  CHECK(account["clients_served"] == 20'000 / scale + 3);
  check_sums(account);
}

TEST_CASE("a stuck standard error keeps neither program from its work, nor from its end") {
  // Standard error is a pipe that is full, and that nobody reads.
  const auto run_stuck = [](const std::string& command) {
    const temporary_directory directory;
    return run(
        "bash",
        {"-c", "mkfifo full; exec 3<>full; head -c 65536 /dev/zero >&3; exec 2>&3; " + command},
        {.environment = {}, .working_directory = directory.path()});
  };
  const std::string node_command = TROUPE_NODE " --source tone:440 --socket s --duration 1s --json";
  const auto node_alone = run_stuck("exec " + node_command);
  CHECK(node_alone.status == exited(0));
  CHECK(nlohmann::json::parse(node_alone.output)["frames_unwanted"] >= 50);

  running_node node{{"--source", "tone:440"}};
  const auto listener = run_stuck("exec " TROUPE_LISTEN " --duration 2s --json " + node.socket());
  CHECK(listener.status == exited(0));
  CHECK(nlohmann::json::parse(listener.output)["missing_frames"] == 0);
}

TEST_CASE("clients that come and go in crowds do not fill the log") {
  running_node node{{"--source", "tone:440"}};
  for (int i = 0; i < 1000; ++i) static_cast<void>(node.client());
  // Clients are taken in in their order: once this one hears, all before it have come.
  node.client().read_until(wire_type::opus_frame);
  node.process().wait_for_errors("more lines about clients that came or went");
  const auto account = node.stop();
  CHECK(account["clients_served"] == 1001);
  const auto log = node.process().errors();
  CHECK(std::count(log.begin(), log.end(), '\n') < 1000);
}

TEST_CASE("clients wait while a node is out of descriptors, and are served when there are some") {
  running_node node{{"--source", "tone:440"}, child_options{.open_files = 24}};
  std::deque<wire_client> clients;
  for (int i = 0; i < 30; ++i) clients.push_back(node.client());
  node.process().wait_for_errors("clients have to wait");
  CHECK(read_frames(clients.front(), 3).size() == 3);
  for (int i = 0; i < 25; ++i) clients.pop_front();
  CHECK(read_frames(clients.back(), 3).size() == 3);
  const auto account = node.stop();
  CHECK(account["restarts"] == 0);
  check_sums(account);
}

TEST_CASE("a node that was killed leaves a stale socket, which the next one replaces") {
  const temporary_directory directory;
  const auto socket = (directory / "s").string();
  child_process first{TROUPE_NODE, {"--source", "silence:", "--socket", socket}};
  first.wait_for_errors("serving");
  first.send_signal(SIGKILL);
  first.wait();
  REQUIRE(std::filesystem::exists(socket));
  child_process second{TROUPE_NODE, {"--source", "silence:", "--socket", socket}};
  second.wait_for_errors("serving");
  wire_client client{socket};
  CHECK(read_frames(client, 2).size() == 2);
}

TEST_CASE("a node ends by itself after its duration, with all frames accounted for") {
  running_node node{{"--source", "silence:", "--duration", "2s"}};
  auto client = node.client();
  const auto account = node.wait();
  CHECK(account["frames_produced"].get<int>() >= 99);
  CHECK(account["frames_produced"].get<int>() <= 101);
  CHECK(account["clients"].size() == 1);
  check_sums(account);
}

TEST_CASE("SIGHUP reads the codec's settings again, and talking clients hear of a new format") {
  const temporary_directory directory;
  const auto config = directory / "node.toml";
  std::ofstream{config} << "frame-ms = 20\n";
  running_node node{{"--source", "silence:", "--config", config.string()}};
  auto client = node.client();
  client.send_ack();
  CHECK(read_config(client.read_until(wire_type::config)).frame_size == 960);
  std::ofstream{config} << "frame-ms = 10\n";
  node.process().send_signal(SIGHUP);
  CHECK(read_config(client.read_until(wire_type::config)).frame_size == 480);
  CHECK(missing_between(read_frames(client, 20), 10ms) == 0);
  std::ofstream{config} << "frame-ms = 11\n";
  node.process().send_signal(SIGHUP);
  node.process().wait_for_errors("stays as it is");
  CHECK(missing_between(read_frames(client, 20), 10ms) == 0);
}
