// What a node takes of its machine, while it has much to do and while it has nothing to do.
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/sanitizers.hpp"
#include "tests/integration/support/sum_of.hpp"
#include "tests/integration/support/temporary_directory.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

nlohmann::json account_of_idle_node(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(),
                   {"--source", "tone:440", "--complexity", "10", "--duration", "3s"});
  running_node node{std::move(arguments)};
  return node.wait();
}

}  // namespace

TEST_CASE("a node without a client encodes nothing, and takes a fraction of the CPU") {
  const auto idle = account_of_idle_node({});
  const auto busy = account_of_idle_node({"--always-encode"});
  CHECK(idle["frames_produced"] == 0);
  CHECK(idle["frames_unwanted"] >= 140);
  CHECK(busy["frames_produced"] >= 140);
  CHECK(busy["frames_unwanted"] == 0);
  CHECK(busy["frames_unheard"] == busy["frames_produced"]);
  // Of a sanitized program its start takes the most.
  if (!sanitized) CHECK(idle["cpu_s"].get<double>() < 0.6 * busy["cpu_s"].get<double>());
  MESSAGE("CPU in 3 s, the start included: " << idle["cpu_s"].get<double>() << " s idle, "
                                             << busy["cpu_s"].get<double>() << " s encoding");
}

TEST_CASE("an hour's worth of frames, driven fast, leaves the memory as it was") {
  constexpr std::uint64_t frames = sanitized ? 9'000 : 180'000;
  constexpr std::uint64_t bytes_of_a_frame = sizeof(std::int16_t) * 2 * 960;
  const temporary_directory directory;
  const auto silence = directory / "silence.raw";
  std::ofstream{silence}.flush();
  std::filesystem::resize_file(silence, frames * bytes_of_a_frame);  // which takes no disk space
  running_node node{{"--source", "pipe:-?pace=writer", "--always-encode"},
                    {.environment = {}, .working_directory = {}, .stdin_file = silence}};
  auto client = node.client();
  client.set_timeout(60s);
  std::uint64_t heard = 0;
  std::size_t early_kib = 0;
  while (const auto message = client.read_message()) {
    if (message->type != wire_type::opus_frame) continue;
    if (++heard == 1'000) early_kib = resident_kib(node.process().pid());
  }
  const auto account = node.wait(60s);
  CHECK(account["frames_produced"] == frames);
  CHECK(account["frames_delivered"] == heard);
  CHECK(heard >= 1'000);
  const auto most_kib = account["max_rss_kib"].get<std::size_t>();
  MESSAGE(heard << " of " << frames << " frames heard; memory after the first 1000 and at most: "
                << early_kib << " and " << most_kib << " KiB");
  if (sanitized) return;  // they hold on to what is freed
  CHECK(most_kib < 24 * 1024);
  CHECK(most_kib < early_kib + 1024);
}
