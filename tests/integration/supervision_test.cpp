#include <algorithm>
#include <array>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/integration/support/eventually.hpp"
#include "tests/integration/support/fault_client.hpp"
#include "tests/integration/support/faults.hpp"
#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/sanitizers.hpp"
#include "tests/integration/support/sum_of.hpp"
#include "tests/integration/support/wire_client.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

nlohmann::json actor(const nlohmann::json& account, const std::string& name) {
  return *std::find_if(account["actors"].begin(), account["actors"].end(),
                       [&](const auto& one) { return one["name"] == name; });
}

/// Without an end, and not to be opened a second time, since it is called a pipe.
constexpr const char* only_source = "pipe:/dev/zero";

/// Each of the next `count` frames comes `apart` in the sound after the one before, the first after
/// `last`.
void hears_without_gap(wire_client& client, std::int64_t last, int count,
                       std::chrono::nanoseconds apart = 20ms) {
  for (int i = 0; i < count; ++i) {
    const auto next = client.read_until(wire_type::opus_frame).timestamp;
    CHECK(next - last == apart.count());
    last = next;
  }
}

/// What a service manager hears of its service.
class service_manager {
 public:
  service_manager() : descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  service_manager(const service_manager&) = delete;
  service_manager& operator=(const service_manager&) = delete;
  ~service_manager() { ::close(descriptor_); }

  [[nodiscard]] std::string path() const { return (directory_ / "notify").string(); }

  /// What came since it was last asked.
  std::vector<std::string> news() {
    std::vector<std::string> result;
    std::array<char, 256> buffer;
    for (ssize_t size = 0;
         (size = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT)) >= 0;)
      result.emplace_back(buffer.data(), static_cast<std::size_t>(size));
    return result;
  }

  bool hears(const std::string& what) {
    return eventually(
        [&] {
          const auto heard = news();
          return std::find(heard.begin(), heard.end(), what) != heard.end();
        },
        5s);
  }

 private:
  temporary_directory directory_;
  int descriptor_;
};

}  // namespace

TEST_CASE("whichever role fails, its client stays connected and the frames go on in order") {
  running_node node{with_faults({"--max-restarts", "100"})};
  fault_client faults{node.socket()};
  auto client = node.client();
  auto last = client.read_until(wire_type::opus_frame).timestamp;
  for (const std::string how : {"kill ", "throw "})
    for (const auto& role : roles) {
      CHECK(faults.order(how + role) == "ok");
      for (int i = 0; i < 5; ++i) {
        const auto frame = client.read_until(wire_type::opus_frame);
        CHECK(frame.timestamp > last);
        last = frame.timestamp;
      }
    }
  CHECK(eventually([&] { return faults.restarts() == 2 * roles.size(); }, 5s));
  const auto account = node.stop();
  CHECK(account["restarts"] == 2 * roles.size());
  CHECK(account["restart_history"].size() == 2 * roles.size());
  CHECK(account["restart_history"][0]["actor"] == "latency_monitor");
  CHECK(account["restart_history"][0]["reason"] == "it was killed");
  CHECK(account["clients_served"] == 1);
}

TEST_CASE("the root supervisor itself may die: another one goes on with its children") {
  running_node node{with_faults()};
  fault_client faults{node.socket()};
  auto client = node.client();
  for (int i = 0; i < 3; ++i) {
    CHECK(faults.order("kill supervisor") == "ok");
    CHECK(
        eventually([&] { return actor(faults.status(), "supervisor")["restarts"] == i + 1; }, 5s));
    client.read_until(wire_type::opus_frame);
  }
  CHECK(faults.order("throw source") == "ok");
  node.process().wait_for_errors("source is back");
  const auto account = node.stop();
  CHECK(account["clients_served"] == 1);
  CHECK(actor(account, "supervisor")["last_failure"] == "it was killed");
  CHECK(account["restart_history"][0]["actor"] == "supervisor");
}

TEST_CASE("the root supervisor itself may hang: it is named with its message, and goes on") {
  running_node node{with_faults({"--stuck-after", "50ms"})};
  fault_client faults{node.socket()};
  CHECK(faults.order("hang supervisor 8s") == "ok");
  node.process().wait_for_errors("the supervisor is stuck: it hangs on the message ");
  CHECK(actor(faults.status(), "supervisor")["stuck"] == 1);
  CHECK_FALSE(faults.status()["is_healthy"].get<bool>());  // the watchdog is not fed
  node.process().wait_for_errors("the supervisor goes on");
  CHECK(faults.status()["is_healthy"].get<bool>());
  CHECK(actor(node.stop(), "supervisor")["stuck_in"] == "");
}

TEST_CASE("a connection that fails costs its own client only") {
  running_node node{with_faults()};
  fault_client faults{node.socket()};
  auto first = node.client();
  first.read_until(wire_type::opus_frame);
  auto second = node.client();
  second.read_until(wire_type::opus_frame);
  CHECK(faults.order("throw connection:1") == "ok");
  CHECK(first.closes_within(5s));
  second.read_until(wire_type::opus_frame);
  const auto account = node.stop();
  CHECK(account["clients"][0]["reason"] == "its connection failed: a fault was injected");
  CHECK(account["restarts"] == 0);
}

TEST_CASE("a connection that hangs holds up nobody else, and every account adds up in the end") {
  running_node node{with_faults({"--frame-ms", "2.5", "--queue", "500"})};
  fault_client faults{node.socket()};
  auto hung = node.client();
  hung.read_until(wire_type::opus_frame);
  auto good = node.client();
  const auto last = good.read_until(wire_type::opus_frame).timestamp;
  CHECK(faults.order("hang connection:1 30s") == "ok");
  hears_without_gap(good, last, 1200, 2500us);  // more than a frame pool once held
  const auto account = node.stop();
  CHECK(account["frames_unencodable"] == 0);
  REQUIRE(account["clients"].size() == 2);
  for (const auto& client : account["clients"])
    CHECK(client["frames_produced"] ==
          client["frames_delivered"].get<std::uint64_t>() + sum_of(client["frames_dropped"]));
  const auto& others = account["clients"].front();
  const auto& its = account["clients"].back();
  CHECK(its["reason"] == "its connection did not end with the node");
  CHECK(its["frames_produced"] >= others["frames_produced"]);  // it came first
}

TEST_CASE("a node whose actor fails too often ends with status 70 and says which, why, how often") {
  running_node node{with_faults({"--max-restarts", "2"})};
  fault_client faults{node.socket()};
  for (const std::uint64_t restarts : {1U, 2U}) {
    CHECK(faults.order("throw source") == "ok");
    CHECK(eventually([&] { return faults.restarts() == restarts; }, 5s));
  }
  CHECK(faults.order("throw source") == "ok");
  CHECK(node.process().wait() == exited(70));
  const auto errors = node.process().errors();
  const std::string last =
      "troupe-node: source failed 3 times within 300 s, the last time: a fault was injected\n";
  CHECK(errors.ends_with(last));
  CHECK_FALSE(std::filesystem::exists(node.socket()));
}

TEST_CASE("an actor that cannot start is tried again, and is a failure like any other") {
  running_node node{with_faults({"--max-restarts", "100"})};
  fault_client faults{node.socket()};
  auto client = node.client();
  CHECK(faults.order("fail-start source 3") == "ok");
  CHECK(faults.order("kill source") == "ok");
  node.process().wait_for_errors("source is back");
  client.read_until(wire_type::opus_frame);
  const auto account = node.stop();
  CHECK(actor(account, "source")["failures"] == 4);
  CHECK(actor(account, "source")["restarts"] == 1);
}

TEST_CASE("an actor that finds no memory fails alone") {
  running_node node{with_faults()};
  fault_client faults{node.socket()};
  auto client = node.client();
  CHECK(faults.order("exhaust frame_processor") == "ok");
  node.process().wait_for_errors("frame_processor failed: out of memory; restart now");
  client.read_until(wire_type::opus_frame);
  node.stop();
}

TEST_CASE("a full disk under the log costs the log only") {
  const temporary_directory directory;
  const auto on_full_disk =
      run("bash",
          {"-c", "exec " TROUPE_NODE " --source tone:440 --socket s --duration 500ms --json "
                 "2>/dev/full"},
          {.environment = {}, .working_directory = directory.path()});
  CHECK(on_full_disk.status == exited(0));
  CHECK(nlohmann::json::parse(on_full_disk.output)["frames_unwanted"] >= 25);
}

TEST_CASE(
    "a stuck frame processor is named with its message, and a fresh one hands out what waited") {
  running_node node{with_faults({"--stuck-after", "50ms", "--queue", "50"})};
  fault_client faults{node.socket()};
  auto client = node.client();
  const auto last = client.read_until(wire_type::opus_frame).timestamp;
  CHECK(faults.order("hang frame_processor 1s") == "ok");
  node.process().wait_for_errors("frame_processor is back");
  hears_without_gap(client, last, 20);
  CHECK(node.process().errors().find("it hangs on the message") != std::string::npos);
  CHECK(actor(node.stop(), "frame_processor")["stuck"] == 1);
}

TEST_CASE("of many frames that waited for a stuck frame processor none is missing") {
  running_node node{with_faults({"--stuck-after", "300ms", "--queue", "500", "--frame-ms", "2.5"})};
  fault_client faults{node.socket()};
  auto client = node.client();
  const auto last = client.read_until(wire_type::opus_frame).timestamp;
  CHECK(faults.order("hang frame_processor 2s") == "ok");
  hears_without_gap(client, last, 400, 2500us);  // 120 of them at once
  CHECK(actor(node.stop(), "frame_processor")["restarts"] == 1);
}

TEST_CASE("a stuck source's place is taken at once, and no frame is missing") {
  running_node node{with_faults({"--stuck-after", "50ms", "--queue", "50"})};
  fault_client faults{node.socket()};
  auto client = node.client();
  const auto last = client.read_until(wire_type::opus_frame).timestamp;
  const auto actors = faults.status()["actors_running"].get<int>();
  CHECK(faults.order("hang source 3s") == "ok");
  hears_without_gap(client, last, 50);
  const auto status = faults.status();
  CHECK(status["actors_running"] == actors + 1);  // it still hangs
  CHECK(status["is_healthy"].get<bool>());
  const auto account = node.stop();
  CHECK(actor(account, "source")["stuck"] == 1);
  CHECK(actor(account, "source")["failures"] == 1);
  CHECK(actor(account, "source")["restarts"] == 1);
}

TEST_CASE("a source of which there is but one hangs, is waited for, and loses no sound") {
  running_node node{with_faults({"--stuck-after", "20ms", "--queue", "50"}, "1ms", only_source)};
  fault_client faults{node.socket()};
  auto client = node.client();
  const auto last = client.read_until(wire_type::opus_frame).timestamp;
  CHECK(faults.order("hang source 200ms") == "ok");
  node.process().wait_for_errors("source is stuck");
  node.process().wait_for_errors("source goes on");
  hears_without_gap(client, last, 20);
  const auto account = node.stop();
  CHECK(actor(account, "source")["stuck"] == 1);
  CHECK(actor(account, "source")["failures"] == 0);
}

TEST_CASE("the service manager's watchdog hears nothing while an actor is stuck") {
  service_manager manager;
  running_node node{
      with_faults({"--stuck-after", "50ms"}, "1ms", only_source),
      {.environment = {{"NOTIFY_SOCKET", manager.path()}, {"WATCHDOG_USEC", "100000"}}}};
  fault_client faults{node.socket()};
  CHECK(manager.hears("READY=1"));
  CHECK(manager.hears("WATCHDOG=1"));
  CHECK(faults.order("hang source 2s") == "ok");
  node.process().wait_for_errors("source is stuck");
  CHECK_FALSE(faults.status()["is_healthy"].get<bool>());
  manager.news();
  std::this_thread::sleep_for(500ms);  // five of its intervals
  CHECK(manager.news().size() <= 1);   // one may have been on its way
  CHECK(manager.hears("WATCHDOG=1"));
  node.stop();
}

TEST_CASE("faults are taken only where they are allowed, and orders are refused with a reason") {
  running_node closed{{"--source", "silence:"}};
  CHECK_THROWS_AS(fault_client{closed.socket()}, wire_failure);
  running_node open{with_faults()};
  fault_client faults{open.socket()};
  CHECK(faults.order("kill nobody").starts_with("error: there is no actor \"nobody\"; there are "));
  CHECK(faults.order("hang source forever").starts_with("error: "));
  CHECK(faults.order("fail-start source often").starts_with("error: "));
  CHECK(faults.order("please").starts_with("error: the orders are: "));
  CHECK(
      faults.order("fail-start supervisor 2") ==
      "error: no supervisor starts \"supervisor\" again: fail-start has no effect on it; use it on "
      "a role");
  auto client = open.client();
  client.read_until(wire_type::opus_frame);
  CHECK(faults.order("fail-start connection:1 2")
            .starts_with("error: no supervisor starts \"connection:1\" again: "));
  CHECK(faults.order("fail-start connection:2 2").starts_with("error: there is no actor "));
  CHECK(open.stop()["restarts"] == 0);
}

TEST_CASE(
    "a fault for a role that nobody plays is refused, and does not wait for the next player") {
  running_node node{with_faults({}, "1s")};
  fault_client faults{node.socket()};
  CHECK(faults.order("kill source") == "ok");
  CHECK(eventually([&] { return faults.restarts() == 1; }, 5s));
  CHECK(faults.order("kill source") == "ok");
  const std::string refusal =
      "error: nobody plays \"source\" now: it waits for its start; try again later";
  CHECK(eventually([&] { return faults.order("kill source") == refusal; }, 500ms));
  for (const std::string order : {"throw source", "exhaust source", "hang source 10s"})
    CHECK(faults.order(order) == refusal);
  CHECK(faults.order("fail-start source 1") == "ok");  // that is what it waits for
  CHECK(eventually([&] { return faults.restarts() == 2; }, 10s));
  node.client().read_until(wire_type::opus_frame);
  CHECK(actor(node.stop(), "source")["failures"] == 3);
}

TEST_CASE("10,000 restarts leave no memory, no descriptor and no actor") {
  constexpr std::uint64_t wanted = sanitized ? 1'000 : 10'000;
  // The client does not read meanwhile.
  running_node node{with_faults({"--max-restarts", "1000000", "--write-timeout", "1h"})};
  fault_client faults{node.socket()};
  auto client = node.client();
  client.read_until(wire_type::opus_frame);
  const auto actors = faults.status()["actors_running"];
  const auto descriptors = open_descriptors(node.process().pid());
  const auto pid = node.process().pid();
  const auto restart_until = [&](std::uint64_t count) {
    for (std::size_t i = 0; faults.restarts() < count; ++i)
      faults.order((i % 2 == 0 ? "kill " : "throw ") + roles[i / 2 % roles.size()]);
  };
  // Whatever is made once has been made then, and as many have ended at once as will.
  restart_until(wanted);
  const auto memory_kib = resident_kib(pid);
  restart_until(2 * wanted);
  CHECK(eventually([&] { return faults.status()["actors_running"] == actors; }, 5s));
  CHECK(eventually([&] { return open_descriptors(pid) == descriptors; }, 5s));
  if (!sanitized) CHECK(resident_kib(pid) < memory_kib + 1024);
  MESSAGE("restarts: " << faults.restarts() << ", actors: " << actors << ", descriptors "
                       << descriptors << " and " << open_descriptors(pid) << ", memory "
                       << memory_kib << " and " << resident_kib(pid) << " KiB");
  CHECK(node.stop()["clients_served"] == 1);
}
