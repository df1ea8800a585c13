#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <sched.h>
#include <unistd.h>

#include "tests/integration/support/child_process.hpp"
#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/sanitizers.hpp"
#include "tests/integration/support/temporary_directory.hpp"

using namespace troupe::test;

namespace {

/// The threads of a process that have this name.
std::vector<pid_t> threads_named(pid_t process, const std::string& name) {
  std::vector<pid_t> result;
  const auto tasks = "/proc/" + std::to_string(process) + "/task";
  for (const auto& task : std::filesystem::directory_iterator{tasks}) {
    std::string its_name;
    std::getline(std::ifstream{task.path() / "comm"}, its_name);
    if (its_name == name) result.push_back(std::stoi(task.path().filename()));
  }
  return result;
}

int policy_of(pid_t thread) { return ::sched_getscheduler(thread) & ~SCHED_RESET_ON_FORK; }

std::size_t locked_kib(pid_t process) {
  std::ifstream status{"/proc/" + std::to_string(process) + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmLck:")) return std::stoul(line.substr(line.find(':') + 1));
  return 0;
}

/// Whether the test, and so the node, has the right that a capability of this number gives.
bool is_capable(unsigned capability) {
  std::ifstream status{"/proc/self/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("CapEff:"))
      return (std::stoull(line.substr(line.find(':') + 1), nullptr, 16) >> capability & 1) != 0;
  return false;
}
constexpr unsigned ipc_lock = 14;
constexpr unsigned sys_nice = 23;

/// A core that the test may run on.
int some_core() {
  cpu_set_t cores;
  REQUIRE(::sched_getaffinity(0, sizeof cores, &cores) == 0);
  int core = 0;
  while (!CPU_ISSET(static_cast<std::size_t>(core), &cores)) ++core;
  return core;
}

bool keeps_to(pid_t thread, int core) {
  cpu_set_t cores;
  REQUIRE(::sched_getaffinity(thread, sizeof cores, &cores) == 0);
  return CPU_COUNT(&cores) == 1 && CPU_ISSET(static_cast<std::size_t>(core), &cores);
}

}  // namespace

TEST_CASE("in real time the threads on a frame's way have priority, their core and locked memory") {
  const auto core = some_core();
  running_node node{
      {"--source", "tone:440", "--realtime", "--realtime-core", std::to_string(core)}};
  auto client = node.client();
  static_cast<void>(client.read_until(wire_type::opus_frame));
  const auto process = node.process().pid();
  const auto threads = threads_named(process, "reactor");
  CHECK(threads.size() >= 2);
  for (const auto thread : threads) CHECK(keeps_to(thread, core));
  const bool is_permitted =
      node.process().errors().find("no real-time priority") == std::string::npos;
  if (is_capable(sys_nice)) CHECK(is_permitted);
  for (const auto thread : threads)
    CHECK(policy_of(thread) == (is_permitted ? SCHED_FIFO : SCHED_OTHER));
  CHECK(policy_of(process) == SCHED_OTHER);  // the main thread is not on a frame's way
  if (!sanitized && is_capable(ipc_lock)) {  // sanitizers have mlockall do nothing
    CHECK(locked_kib(process) > 0);
    CHECK(resident_kib(process) < 64 * 1024);  // what nobody touches is not made resident
  }
  CHECK(node.stop()["frames_produced"] > 0);
}

TEST_CASE("without the right to it a node in real time warns, once, and runs all the same") {
  if (::geteuid() != 0) return;  // nothing to be taken away
  const temporary_directory directory;
  const auto done =
      run("setpriv", {"--bounding-set=-sys_nice,-ipc_lock", TROUPE_NODE, "--source", "tone:440",
                      "--always-encode", "--socket", (directory / "socket").string(), "--realtime",
                      "--duration", "500ms", "--json"});
  CHECK(done.status == exited(0));
  CHECK(nlohmann::json::parse(done.output)["frames_produced"] >= 20);
  const auto told = done.errors.find("no real-time priority");
  CHECK(told != std::string::npos);
  CHECK(done.errors.find("no real-time priority", told + 1) == std::string::npos);
  CHECK(done.errors.find("ulimit -r") != std::string::npos);
  if (!sanitized) CHECK(done.errors.find("memory is not locked") != std::string::npos);
}
