#include "tests/integration/support/running_node.hpp"

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <exception>

#include <doctest/doctest.h>

namespace troupe::test {
namespace {

/// A test that says nothing of the adaptation is not to depend on how busy the machine is.
std::vector<std::string> completed(std::vector<std::string> arguments,
                                   const temporary_directory& directory) {
  const auto has_adapt = std::find(arguments.begin(), arguments.end(), "--adapt");
  if (has_adapt == arguments.end()) arguments.insert(arguments.end(), {"--adapt", "off"});
  arguments.insert(arguments.end(), {"--json", "--socket", (directory / "socket").string()});
  return arguments;
}

}  // namespace

starting_node::starting_node(std::vector<std::string> arguments, const child_options& options)
    : process_(TROUPE_NODE, completed(std::move(arguments), directory_), options) {}

starting_node::~starting_node() {
  if (std::uncaught_exceptions() > 0) MESSAGE(end_of_log());
}

std::string starting_node::end_of_log() const {
  constexpr std::size_t enough = 20'000;
  const auto log = process_.errors();
  return "the end of the node's log:\n" + log.substr(log.size() - std::min(log.size(), enough));
}

nlohmann::json starting_node::stop() {
  process_.send_signal(SIGTERM);
  return wait();
}

nlohmann::json starting_node::wait(std::chrono::milliseconds timeout) {
  const auto status = process_.wait(timeout);
  INFO(end_of_log());
  CHECK(status == exited(0));
  CHECK_FALSE(std::filesystem::exists(socket()));
  return process_.last_json_line();
}

running_node::running_node(std::vector<std::string> arguments, const child_options& options)
    : starting_node(std::move(arguments), options) {
  process().wait_for_errors("serving");
}

}  // namespace troupe::test
