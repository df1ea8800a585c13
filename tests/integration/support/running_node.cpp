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

running_node::running_node(std::vector<std::string> arguments, const child_options& options)
    : process_(TROUPE_NODE, with_socket(std::move(arguments), directory_), options) {
  process_.wait_for_errors("serving");
}

nlohmann::json running_node::stop() {
  process_.send_signal(SIGTERM);
  return wait();
}

nlohmann::json running_node::wait(std::chrono::milliseconds timeout) {
  CHECK(process_.wait(timeout) == exited(0));
  CHECK_FALSE(std::filesystem::exists(socket()));
  return process_.last_json_line();
}

}  // namespace troupe::test
