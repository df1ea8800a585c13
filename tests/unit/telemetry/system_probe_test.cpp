#include "actors/telemetry/system_probe.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/unit/listen/scratch_directory.hpp"

using namespace std::chrono_literals;
using doctest::Approx;
using troupe::steady_time;
using troupe::telemetry::system_probe;

namespace {

constexpr steady_time start{1000s};

/// A machine whose figures the test writes.
struct fake_machine {
  void write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path{directory.file(name)};
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path} << text;
  }
  [[nodiscard]] system_probe probe() const {
    return system_probe{directory.file("proc"), directory.file("cgroup"), [this] { return used; }};
  }

  std::chrono::nanoseconds used{};  ///< of CPU time, by the process
  troupe::listening::test::scratch_directory directory;
};

}  // namespace

TEST_CASE("a reading tells what the time since the one before was like") {
  fake_machine on;
  on.write("proc/stat", "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 1 2 3 4\n");
  on.write("proc/pressure/cpu",
           "some avg10=1.00 avg60=1.00 avg300=1.00 total=500000\n"
           "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
  on.write("proc/self/task/7/schedstat", "1000000000 50000000 9\n");
  on.write("proc/self/task/8/schedstat", "0 0 0\n");
  on.write("proc/meminfo", "MemTotal: 4000 kB\nMemFree: 10 kB\nMemAvailable: 1000 kB\n");
  on.write("proc/self/statm", "9000 2000 1500 300 0 800 0\n");
  auto probe = on.probe();
  const auto first = probe.read(start);
  CHECK_FALSE(first.process_cpu);
  CHECK_FALSE(first.machine_cpu);
  CHECK(*first.memory_available == Approx(0.25));
  CHECK(*first.resident_kib == 2000 * ::sysconf(_SC_PAGESIZE) / 1024);

  on.write("proc/stat", "cpu  150 0 130 860 20 0 0 40 0 0\n");
  on.write("proc/pressure/cpu", "some avg10=1.00 avg60=1.00 avg300=1.00 total=1000000\n");
  on.write("proc/self/task/7/schedstat", "1400000000 250000000 12\n");
  on.write("proc/self/task/9/schedstat", "100000000 0 1\n");
  on.used += 500ms;
  const auto second = probe.read(start + 2s);
  CHECK(*second.process_cpu == Approx(0.25));
  CHECK(*second.run_queue_delay == Approx(0.1));
  CHECK(*second.machine_cpu == Approx(0.6));
  CHECK(*second.machine_steal == Approx(0.2));
  CHECK(*second.cpu_pressure == Approx(0.25));
  CHECK_FALSE(second.quota_exhausted);
}

TEST_CASE("what a machine does not tell is absent, not assumed") {
  const fake_machine on;
  auto probe = on.probe();
  static_cast<void>(probe.read(start));
  const auto reading = probe.read(start + 1s);
  CHECK_FALSE(reading.run_queue_delay);
  CHECK_FALSE(reading.machine_cpu);
  CHECK_FALSE(reading.machine_steal);
  CHECK_FALSE(reading.cpu_pressure);
  CHECK_FALSE(reading.quota_exhausted);
  CHECK_FALSE(reading.memory_available);
  CHECK_FALSE(reading.resident_kib);
}

TEST_CASE("an exhausted quota is seen in control groups of either version") {
  const auto check_quota = [](const std::string& membership, const std::string& file) {
    const fake_machine on;
    on.write("proc/self/cgroup", membership);
    on.write(file, "nr_periods 10\nnr_throttled 4\nthrottled_time 123456\n");
    auto probe = on.probe();
    static_cast<void>(probe.read(start));
    on.write(file, "nr_periods 20\nnr_throttled 9\nthrottled_time 223456\n");
    const auto reading = probe.read(start + 1s);
    REQUIRE(reading.quota_exhausted);
    CHECK(*reading.quota_exhausted == Approx(0.5));
  };
  check_quota("3:memory:/\n2:cpu:/some/group\n", "cgroup/cpu/some/group/cpu.stat");
  check_quota("2:cpu,cpuacct:/some/group\n", "cgroup/cpu,cpuacct/some/group/cpu.stat");
  check_quota("0::/some/group\n", "cgroup/some/group/cpu.stat");
  check_quota("0::/of/the/host\n", "cgroup/cpu.stat");
  check_quota("0::/some/group/in/it\n", "cgroup/some/cpu.stat");
}

TEST_CASE("of several quotas the one that is exhausted most often counts") {
  const fake_machine on;
  const auto count = [&](const std::string& group, int periods, int exhausted) {
    on.write("cgroup/" + group + "cpu.stat", "nr_periods " + std::to_string(periods) +
                                                 "\nnr_throttled " + std::to_string(exhausted));
  };
  on.write("proc/self/cgroup", "0::/outer/inner\n");
  count("outer/", 0, 0);
  count("outer/inner/", 0, 0);
  auto probe = on.probe();
  static_cast<void>(probe.read(start));
  count("outer/", 10, 9);
  count("outer/inner/", 10, 1);
  CHECK(*probe.read(start + 1s).quota_exhausted == Approx(0.9));
}

TEST_CASE("a process that is moved to another control group is under its quota from then on") {
  const fake_machine on;
  on.write("proc/self/cgroup", "0::/roomy\n");
  on.write("cgroup/roomy/cpu.stat", "nr_periods 10\nnr_throttled 0\n");
  on.write("cgroup/tight/cpu.stat", "nr_periods 10\nnr_throttled 0\n");
  auto probe = on.probe();
  static_cast<void>(probe.read(start));
  on.write("proc/self/cgroup", "0::/tight\n");
  for (int i = 1; i <= system_probe::looks_in_a_group; ++i)
    static_cast<void>(probe.read(start + i * 1s));
  on.write("cgroup/tight/cpu.stat", "nr_periods 20\nnr_throttled 10\n");
  CHECK(*probe.read(start + 60s).quota_exhausted == Approx(1));
}

TEST_CASE("a kernel that does not count how long threads wait says nothing of it") {
  const fake_machine on;
  on.write("proc/self/task/7/schedstat", "0 0 0\n");
  auto probe = on.probe();
  static_cast<void>(probe.read(start));
  const auto reading = probe.read(start + 1s);
  CHECK(reading.process_cpu);
  CHECK_FALSE(reading.run_queue_delay);
}

TEST_CASE("threads that begin, and that end, are seen by how long they wait") {
  const fake_machine on;
  on.write("proc/self/task/7/schedstat", "1000000000 0 1\n");
  auto probe = on.probe();
  static_cast<void>(probe.read(start));
  on.write("proc/self/task/9/schedstat", "100000000 0 1\n");
  static_cast<void>(probe.read(start + 1s));
  on.write("proc/self/task/9/schedstat", "200000000 300000000 2\n");
  CHECK(*probe.read(start + 2s).run_queue_delay == Approx(0.3));
  std::filesystem::remove_all(on.directory.file("proc/self/task/9"));
  static_cast<void>(probe.read(start + 3s));
  on.write("proc/self/task/10/schedstat", "100000000 0 1\n");
  static_cast<void>(probe.read(start + 4s));
  on.write("proc/self/task/10/schedstat", "200000000 400000000 2\n");
  CHECK(*probe.read(start + 5s).run_queue_delay == Approx(0.4));
}

TEST_CASE("a quota that is set later is seen") {
  const fake_machine on;
  on.write("proc/self/cgroup", "0::/group\n");
  on.write("cgroup/group/cpu.stat", "usage_usec 5\n");
  auto probe = on.probe();
  static_cast<void>(probe.read(start));
  on.write("cgroup/group/cpu.stat", "nr_periods 10\nnr_throttled 0\n");
  for (int i = 1; i <= system_probe::looks_in_a_group; ++i)
    static_cast<void>(probe.read(start + i * 1s));
  on.write("cgroup/group/cpu.stat", "nr_periods 20\nnr_throttled 10\n");
  CHECK(*probe.read(start + 60s).quota_exhausted == Approx(1));
}

TEST_CASE("threads that begin, and that end, are seen on this machine") {
  system_probe probe;
  static_cast<void>(probe.read(start));
  const auto cpu_of_second = [&](int second) {
    return *probe.read(start + second * 1s).process_cpu;
  };
  const auto before = cpu_of_second(1);
  std::thread{[] {
    const auto end = std::chrono::steady_clock::now() + 200ms;
    while (std::chrono::steady_clock::now() < end) {
    }
  }}.join();
  CHECK(cpu_of_second(2) > before);
  CHECK(probe.read(start + 3s).run_queue_delay);
}

TEST_CASE("this machine tells what Linux always does") {
  system_probe probe;
  static_cast<void>(probe.read(start));
  std::this_thread::sleep_for(100ms);  // the machine counts in hundredths of a second
  const auto reading = probe.read(start + 1s);
  REQUIRE(reading.machine_cpu);
  CHECK(*reading.machine_cpu >= 0);
  CHECK(*reading.machine_cpu <= 1);
  REQUIRE(reading.resident_kib);
  CHECK(*reading.resident_kib > 1000);
  CHECK(reading.memory_available);
  CHECK(*reading.process_cpu >= 0);
}
