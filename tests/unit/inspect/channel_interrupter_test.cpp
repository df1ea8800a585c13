#include "apps/inspect/channel_interrupter.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sys/eventfd.h>

#include "apps/inspect/control_channel.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/failure.hpp"
#include "tests/unit/inspect/support/fake_node.hpp"
#include "tests/unit/listen/scratch_directory.hpp"
#include "tests/unit/support/refusal.hpp"

using namespace troupe;
using namespace troupe::inspecting;
using namespace troupe::inspecting::test;
using namespace std::chrono_literals;
using listening::test::scratch_directory;
using nlohmann::json;
using troupe::test::refusal_of;

TEST_CASE("what a node is asked is called off once a signal comes, and so is what follows") {
  const scratch_directory directory;
  const fake_node node{directory.file("a"),
                       [](const json&) { return std::optional<std::string>{""}; }};
  control_channel channel{directory.file("a")};
  const descriptor signal{::eventfd(0, EFD_CLOEXEC)};
  const channel_interrupter interrupter{signal.get(), {&channel}};
  const std::jthread sender{[&] {
    while (node.questions().empty()) std::this_thread::sleep_for(1ms);
    ::eventfd_write(signal.get(), 1);
  }};
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 2; ++i)
    CHECK(refusal_of([&] {
            return channel.ask({{"ask", "trace_result"}}, 60s);
          }) == failure_kind::no_node);
  CHECK(std::chrono::steady_clock::now() - began < 30s);
}

TEST_CASE("where no signal comes, questions are answered, and go on being so") {
  const scratch_directory directory;
  const fake_node node{directory.file("a"),
                       [](const json&) { return std::optional<std::string>{"{}"}; }};
  control_channel channel{directory.file("a")};
  const descriptor signal{::eventfd(0, EFD_CLOEXEC)};
  {
    const channel_interrupter interrupter{signal.get(), {&channel}};
    CHECK(channel.ask({{"ask", "snapshot"}}).empty());
  }
  CHECK(channel.ask({{"ask", "snapshot"}}).empty());
}
