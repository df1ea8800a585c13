#include "apps/inspect/commands/reached_nodes.hpp"

#include <chrono>
#include <optional>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <sys/eventfd.h>

#include "protocol/descriptor.hpp"
#include "protocol/failure.hpp"
#include "tests/unit/inspect/support/fake_node.hpp"
#include "tests/unit/inspect/support/pretended_node.hpp"
#include "tests/unit/listen/scratch_directory.hpp"
#include "tests/unit/support/refusal.hpp"

using namespace troupe;
using namespace troupe::inspecting;
using namespace troupe::inspecting::test;
using listening::test::scratch_directory;
using nlohmann::json;

namespace {

inspect_options options_for(const std::string& socket) {
  inspect_options options;
  options.nodes.emplace_back(socket_target{socket});
  return options;
}

}  // namespace

TEST_CASE("a node that answers is reached, and can be asked more") {
  const scratch_directory directory;
  pretended_node kitchen{"kitchen"};
  const fake_node node{directory.file("a"),
                       [&](const json& asked) { return kitchen.answer(asked); }};
  const auto reached = reach(options_for(directory.file("a")));
  REQUIRE(reached.nodes.size() == 1);
  CHECK(reached.nodes.front().name == "kitchen");
  CHECK(reached.nodes.front().channel->ask({{"ask", "snapshot"}})["version"] == 1);
  CHECK_FALSE(reached.trouble);
}

TEST_CASE("a node that hangs is not waited for once a signal has come") {
  const scratch_directory directory;
  const fake_node node{directory.file("a"),
                       [](const json&) { return std::optional<std::string>{""}; }};
  const descriptor signal{::eventfd(1, EFD_CLOEXEC)};
  const auto began = std::chrono::steady_clock::now();
  CHECK(troupe::test::refusal_of([&] {
          return reach(options_for(directory.file("a")), signal.get());
        }) == failure_kind::no_node);
  CHECK(std::chrono::steady_clock::now() - began < node_channel::usual_patience);
}
