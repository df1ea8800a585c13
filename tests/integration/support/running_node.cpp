#include "tests/integration/support/running_node.hpp"

#include <csignal>

#include <doctest/doctest.h>

namespace troupe::test {
namespace {

std::vector<std::string> with_socket(std::vector<std::string> arguments,
                                     const temporary_directory& directory) {
  arguments.insert(arguments.end(), {"--json", "--socket", (directory / "socket").string()});
  return arguments;
}

}  // namespace

starting_node::starting_node(std::vector<std::string> arguments, const child_options& options)
    : process_(TROUPE_NODE, with_socket(std::move(arguments), directory_), options) {}

nlohmann::json starting_node::stop() {
  process_.send_signal(SIGTERM);
  return wait();
}

nlohmann::json starting_node::wait(std::chrono::milliseconds timeout) {
  CHECK(process_.wait(timeout) == exited(0));
  CHECK_FALSE(std::filesystem::exists(socket()));
  return process_.last_json_line();
}

running_node::running_node(std::vector<std::string> arguments, const child_options& options)
    : starting_node(std::move(arguments), options) {
  process().wait_for_errors("serving");
}

}  // namespace troupe::test
