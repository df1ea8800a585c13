// Nodes that have each other's streams, as separate processes over loopback.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/integration/support/check_sums.hpp"
#include "tests/integration/support/eventually.hpp"
#include "tests/integration/support/fault_client.hpp"
#include "tests/integration/support/loopback.hpp"
#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/sanitizers.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

using steady_clock = std::chrono::steady_clock;

constexpr int slowdown = sanitized ? 4 : 1;

std::vector<octets> packets_of(wire_client& client, std::size_t count) {
  std::vector<octets> result;
  while (result.size() < count) result.push_back(client.read_until(wire_type::opus_frame).payload);
  return result;
}

/// The next frame that the client hears from now on, within `limit`.
std::optional<wire_message> next_frame(wire_client& client, std::chrono::milliseconds limit) {
  const auto until = steady_clock::now() + limit;
  while (steady_clock::now() < until && client.readable_within(10ms))
    if (auto message = client.read_message(); message && message->type == wire_type::opus_frame)
      return message;
  return std::nullopt;
}

bool hears_within(wire_client& client, std::chrono::milliseconds limit) {
  const auto until = steady_clock::now() + limit;
  while (steady_clock::now() < until)
    if (next_frame(client, 20ms)) return true;
  return false;
}

/// Between two frames that the client hears, within `duration` from now.
steady_clock::duration longest_pause(wire_client& client, std::chrono::milliseconds duration) {
  const auto until = steady_clock::now() + duration;
  steady_clock::duration result{};
  for (auto last = steady_clock::now(); last < until; last = steady_clock::now()) {
    static_cast<void>(next_frame(client, duration));
    result = std::max(result, steady_clock::now() - last);
  }
  return result;
}

std::size_t times_in(const std::string& text, const std::string& words) {
  std::size_t result = 0;
  for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++result;
  return result;
}

}  // namespace

TEST_CASE("what comes over two relays is, packet for packet, what the first node sends") {
  running_node origin{{"--source", "tone:440", "--listen", at(0)}};
  origin.process().wait_for_errors("serving other nodes at");
  const auto log = origin.process().errors();
  const auto where = log.find("troupe://");
  REQUIRE(where != std::string::npos);
  const auto address = log.substr(where, log.find('\n', where) - where);
  const int port = free_port();
  running_node middle{{"--source", address, "--listen", at(port)}};
  running_node last{{"--source", link_to(port)}};
  auto near = origin.client();
  auto heard_near = packets_of(near, 1);  // which may reach the last node after its client
  auto far = last.client();
  const auto heard_far = packets_of(far, 100);
  std::ranges::copy(packets_of(near, 150), std::back_inserter(heard_near));
  const auto start = std::find(heard_near.begin(), heard_near.end(), heard_far.front());
  REQUIRE(start != heard_near.end());
  const auto both = std::min<std::ptrdiff_t>(heard_near.end() - start, 100);
  REQUIRE(both > 40);
  CHECK(std::equal(start, start + both, heard_far.begin()));

  const auto account = last.stop();
  CHECK(account["link"]["frames_missing"] == 0);
  CHECK(account["link"]["connects"] == 1);
  CHECK(account["link"]["clock"]["error_us"] > 0);
  // The machine has one clock: the estimate is right within its own bound.
  CHECK(std::abs(account["link"]["clock"]["offset_us"].get<double>()) <=
        account["link"]["clock"]["error_us"].get<double>());
  const auto middle_account = middle.stop();
  // Of capture times, what each link on the way leaves open counts.
  CHECK(account["link"]["clock"]["origin_error_us"].get<double>() >
        account["link"]["clock"]["error_us"].get<double>() +
            middle_account["link"]["clock"]["error_us"].get<double>() / 2);
  CHECK(middle_account["frames_dropped"]["queue_full"] == 0);
  check_sums(middle_account);
  check_sums(origin.stop());
}

TEST_CASE("a listener hears another node across, and says how well its clock is known") {
  const int port = free_port();
  running_node node{{"--source", "tone:440", "--listen", at(port)}};
  const auto heard = run(TROUPE_LISTEN, {link_to(port), "--duration", "2s", "--json"});
  REQUIRE(heard.status == exited(0));
  const auto account = nlohmann::json::parse(heard.output);
  CHECK(account["frames"] >= 99);
  CHECK(account["missing_frames"] == 0);
  CHECK(account["link_losses"] == 0);
  CHECK(account["latency_p50_us"] > 0);
  CHECK(account["latency_error_us"] < 50'000);
  CHECK(account["peak_dbfs"] > -13);
  CHECK(account["peak_dbfs"] < -11);
  CHECK(account["socket"] == link_to(port));
}

TEST_CASE("a listener ends with a node that ends, and is told when there is none") {
  const int port = free_port();
  const auto absent = run(TROUPE_LISTEN, {link_to(port), "--json"});
  CHECK(absent.status == exited(69));
  CHECK(absent.errors.find("Connection refused") != std::string::npos);
  CHECK(absent.errors.find("--listen") != std::string::npos);

  running_node node{{"--source", "tone:440", "--listen", at(port)}};
  child_process listener{TROUPE_LISTEN, {link_to(port), "--json"}};
  listener.wait_for_errors("the stream has 48000 Hz");
  static_cast<void>(node.stop());
  CHECK(listener.wait() == exited(0));
  CHECK(listener.last_json_line()["stops"] == 1);
}

TEST_CASE("a listener of two nodes goes on with the other one, and ends with the last") {
  const int first_port = free_port();
  const int second_port = free_port();
  running_node first{{"--source", "tone:440", "--listen", at(first_port), "--name", "first"}};
  running_node second{{"--source", "tone:440", "--listen", at(second_port), "--name", "second"}};
  child_process listener{TROUPE_LISTEN,
                         {link_to(first_port) + "," + link_to(second_port), "--json"}};
  listener.wait_for_errors("(first)");
  static_cast<void>(first.stop());
  listener.wait_for_errors("(second)");
  CHECK_FALSE(eventually([&] { return listener.poll().has_value(); }, 4s));
  static_cast<void>(second.stop());
  CHECK(listener.wait() == exited(0));
  const auto account = listener.last_json_line();
  CHECK(account["reconnects"] == 1);
  CHECK(account["frames"] > 150);
}

TEST_CASE("a relay's clients stay while its upstream is away, and hear it when it is back") {
  const int port = free_port();
  auto origin = std::make_unique<running_node>(
      std::vector<std::string>{"--source", "tone:440", "--listen", at(port)});
  running_node relay{{"--source", link_to(port)}};
  auto client = relay.client();
  REQUIRE(hears_within(client, 2s));
  origin->process().send_signal(SIGKILL);
  relay.process().wait_for_errors("is lost");
  while (next_frame(client, 100ms)) {
  }
  origin = std::make_unique<running_node>(
      std::vector<std::string>{"--source", "tone:440", "--listen", at(port)});
  CHECK(hears_within(client, 2s * slowdown));
  const auto account = relay.stop();
  CHECK(account["link"]["losses"] == 1);
  CHECK(account["link"]["connects"] == 2);
  CHECK(account["clients_served"] == 1);
  CHECK(account["restarts"] == 0);
  check_sums(account);
}

TEST_CASE("a relay of two upstreams goes on with the second, and back to the first") {
  const int origin_port = free_port();
  running_node origin{{"--source", "tone:440", "--listen", at(origin_port)}};
  const int first_port = free_port();
  auto first = std::make_unique<running_node>(std::vector<std::string>{
      "--source", link_to(origin_port), "--listen", at(first_port), "--name", "first"});
  const int second_port = free_port();
  running_node second{
      {"--source", link_to(origin_port), "--listen", at(second_port), "--name", "second"}};
  running_node relay{{"--source", link_to(first_port) + "," + link_to(second_port)}};
  relay.process().wait_for_errors("(first)");
  auto client = relay.client();
  REQUIRE(hears_within(client, 2s));

  first->process().send_signal(SIGKILL);
  relay.process().wait_for_errors("(second)");
  CHECK(hears_within(client, 1500ms * slowdown));

  first = std::make_unique<running_node>(std::vector<std::string>{
      "--source", link_to(origin_port), "--listen", at(first_port), "--name", "first again"});
  relay.process().wait_for_errors("(first again)");
  CHECK(hears_within(client, 1s * slowdown));
  const auto account = relay.stop();
  CHECK(account["link"]["losses"] == 1);
  CHECK(account["link"]["upstream"] == at(first_port));
  // All is one stream, whichever way it came.
  CHECK(account["link"]["frames_missing"] < 75 * slowdown);
  CHECK(account["restarts"] == 0);
  check_sums(account);
}

TEST_CASE("a relay of two upstreams hears the second soon after the first one froze") {
  const int first_port = free_port();
  const int second_port = free_port();
  running_node first{{"--source", "tone:440", "--listen", at(first_port)}};
  running_node second{{"--source", "tone:440", "--listen", at(second_port)}};
  running_node relay{{"--source", link_to(first_port) + "," + link_to(second_port)}};
  auto client = relay.client();
  REQUIRE(hears_within(client, 2s));
  first.process().send_signal(SIGSTOP);
  CHECK(longest_pause(client, 4s * slowdown) < 1500ms * slowdown);
  first.process().send_signal(SIGCONT);
  // It was linked without.
  CHECK(relay.process().errors().find("TLS") == std::string::npos);
  CHECK(relay.stop()["link"]["losses"] == 1);
}

TEST_CASE(
    "a relay leaves an upstream that has no sound for one that has, until the first has some") {
  const int origin_port = free_port();
  const int first_port = free_port();
  const int second_port = free_port();
  running_node first{
      {"--source", link_to(origin_port), "--listen", at(first_port), "--name", "first"}};
  running_node second{{"--source", "tone:440", "--listen", at(second_port), "--name", "second"}};
  running_node relay{{"--source", link_to(first_port) + "," + link_to(second_port)}};
  auto client = relay.client();
  REQUIRE(hears_within(client, 3s * slowdown));
  CHECK(longest_pause(client, 3s) < 500ms * slowdown);  // while it asks the first again

  running_node origin{{"--source", "tone:440", "--listen", at(origin_port)}};
  CHECK(eventually([&] { return times_in(relay.process().errors(), "(first)") == 2; }, 15s));
  CHECK(hears_within(client, 500ms * slowdown));
  const auto account = relay.stop();
  CHECK(account["link"]["upstream"] == at(first_port));
  CHECK(account["link"]["losses"] == 1);
  CHECK(account["restarts"] == 0);
  check_sums(account);
}

TEST_CASE("one node with two addresses is kept, though it has no sound for a while") {
  const int origin_port = free_port();
  const int port = free_port();
  const std::string number = std::to_string(port);
  running_node middle{
      {"--source", link_to(origin_port), "--listen", "0.0.0.0:" + number, "--insecure"}};
  running_node relay{
      {"--source", "troupe://127.0.0.1:" + number + ",troupe://127.0.0.2:" + number}};
  auto client = relay.client();
  relay.process().wait_for_errors("is the one that serves already");
  running_node origin{{"--source", "tone:440", "--listen", at(origin_port)}};
  CHECK(hears_within(client, 3s * slowdown));
  CHECK(longest_pause(client, 2s) < 500ms * slowdown);
  const auto account = relay.stop();
  CHECK(account["link"]["connects"] == 1);
  CHECK(account["link"]["losses"] == 0);
  CHECK(account["link"]["refusals"] == 0);
}

TEST_CASE("an upstream that hangs is lost within a second, and found again") {
  const int port = free_port();
  running_node origin{{"--source", "tone:440", "--listen", at(port)}};
  running_node relay{{"--source", link_to(port)}};
  auto client = relay.client();
  REQUIRE(hears_within(client, 2s));
  origin.process().send_signal(SIGSTOP);
  const auto stopped = steady_clock::now();
  relay.process().wait_for_errors("nothing came from it");
  CHECK(steady_clock::now() - stopped < 1100ms * slowdown);
  origin.process().send_signal(SIGCONT);
  while (next_frame(client, 50ms)) {
  }
  CHECK(hears_within(client, 3s * slowdown));
  CHECK(relay.stop()["restarts"] == 0);
}

TEST_CASE("a peer that stops reading costs its upstream no memory, and nobody else a frame") {
  const int port = free_port();
  running_node origin{{"--source", "tone:440", "--listen", at(port), "--bitrate", "256000"}};
  running_node stops{{"--source", link_to(port)}};
  running_node goes_on{{"--source", link_to(port)}};
  auto stops_client = stops.client();
  auto client = goes_on.client();
  REQUIRE(hears_within(client, 2s));
  REQUIRE(hears_within(stops_client, 2s));
  const auto before = resident_kib(origin.process().pid());
  stops.process().send_signal(SIGSTOP);
  CHECK(packets_of(client, 250).size() == 250);
  if (!sanitized) CHECK(resident_kib(origin.process().pid()) < before + 1024);
  stops.process().send_signal(SIGCONT);
  CHECK(hears_within(stops_client, 3s * slowdown));
  const auto account = goes_on.stop();
  CHECK(account["link"]["frames_missing"] == 0);
  CHECK(account["link"]["losses"] == 0);
  static_cast<void>(stops.stop());
  check_sums(origin.stop());
}

TEST_CASE("a node that would hear itself is refused, alone or in a circle") {
  const int own = free_port();
  running_node alone{{"--source", link_to(own), "--listen", at(own)}};
  alone.process().wait_for_errors("a node cannot hear itself");

  const int one_port = free_port();
  const int other_port = free_port();
  running_node one{{"--source", link_to(other_port), "--listen", at(one_port)}};
  running_node other{{"--source", link_to(one_port), "--listen", at(other_port)}};
  CHECK(eventually(
      [&] {
        return (one.process().errors() + other.process().errors()).find("would be a loop") !=
               std::string::npos;
      },
      10s));
  CHECK(one.stop()["restarts"] == 0);
  CHECK(other.stop()["restarts"] == 0);
  CHECK(alone.stop()["restarts"] == 0);
}

TEST_CASE("whatever comes to the port of a node, it and its links go on") {
  const int port = free_port();
  running_node origin{{"--source", "tone:440", "--listen", at(port)}};
  running_node relay{{"--source", link_to(port)}};
  auto client = relay.client();
  REQUIRE(hears_within(client, 2s));
  for (const std::string& garbage :
       {std::string{"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"}, std::string(100'000, '\xff'),
        std::string(32, '\0'), "\x01" + std::string(31, '\0'),  // CAF's greeting, without its words
        std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11} + std::string(512, 'x')}) {
    const plain_peer peer{port};
    peer.say(garbage);
    CHECK(peer.is_ended_within(5s));
  }
  for (int i = 0; i < 200; ++i) const plain_peer scanned{port};
  const plain_peer silent{port};
  CHECK(silent.is_ended_within(10s));
  // A header as CAF has it that announces four gigabytes.
  const plain_peer greedy{port};
  greedy.say(std::string{"\x01\x00\x00\x00\xff\xff\xff\xff", 8} + std::string(24, '\0'));
  CHECK(greedy.is_ended_within(5s));
  CHECK(hears_within(client, 1s));
  const auto account = relay.stop();
  CHECK(account["link"]["losses"] == 0);
  CHECK(account["link"]["frames_missing"] == 0);
  CHECK(origin.stop()["restarts"] == 0);
}

TEST_CASE("whichever actor of a link fails, the link comes back by itself") {
  const int port = free_port();
  running_node origin{{"--source", "tone:440", "--listen", at(port), "--allow-faults"}};
  running_node relay{{"--source", link_to(port), "--allow-faults"}};
  auto client = relay.client();
  REQUIRE(hears_within(client, 2s));
  fault_client faults_there{origin.socket()};
  fault_client faults_here{relay.socket()};
  CHECK(faults_here.order("kill source") == "ok");
  CHECK(hears_within(client, 5s * slowdown));
  CHECK(faults_there.order("kill connection:2") == "ok");  // the second link by now
  CHECK(hears_within(client, 5s * slowdown));
  CHECK(faults_there.order("kill link_door") == "ok");
  CHECK(faults_there.order("kill frame_processor") == "ok");
  CHECK(hears_within(client, 5s * slowdown));
  check_sums(relay.stop());
  check_sums(origin.stop());
}

TEST_CASE("an address that a node cannot listen at is refused with a reason") {
  const auto refusal_of = [](const std::vector<std::string>& arguments) {
    const temporary_directory directory;
    std::vector<std::string> all{"--source", "silence:", "--socket", (directory / "s").string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run(TROUPE_NODE, all);
  };
  const auto check = [&](const std::vector<std::string>& arguments, int code,
                         const std::string& words) {
    const auto ended = refusal_of(arguments);
    CHECK(ended.status == exited(code));
    CHECK_MESSAGE(ended.errors.find(words) != std::string::npos, ended.errors);
  };
  const int port = free_port();
  const running_node holder{{"--source", "silence:", "--listen", at(port)}};
  check({"--listen", at(port)}, 75, "choose another port");
  check({"--listen", "0.0.0.0:0"}, 64, "--insecure");
  check({"--listen", "0.0.0.0:0"}, 64, "--tls-cert");
  check({"--listen", "127.0.0.1"}, 64, "the port is missing");
  check({"--listen", "192.0.2.1:1", "--insecure"}, 73, "an address of this machine");
}

TEST_CASE("whoever opens connections and says nothing keeps nobody out") {
  const int port = free_port();
  running_node origin{{"--source", "tone:440", "--listen", at(port)}};
  std::vector<std::unique_ptr<plain_peer>> silent;
  for (int i = 0; i < 300; ++i) silent.push_back(std::make_unique<plain_peer>(port));
  child_process listener{TROUPE_LISTEN, {link_to(port), "--duration", "1s", "--json"}};
  CHECK(listener.wait(10s * slowdown) == exited(0));
  CHECK(listener.last_json_line()["missing_frames"] == 0);
  CHECK(origin.process().errors().find("it said nothing while many others came") !=
        std::string::npos);
  CHECK(origin.stop()["restarts"] == 0);
}
