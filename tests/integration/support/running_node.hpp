#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/integration/support/child_process.hpp"
#include "tests/integration/support/sum_of.hpp"
#include "tests/integration/support/temporary_directory.hpp"
#include "tests/integration/support/wire_client.hpp"

namespace troupe::test {

/// A troupe-node with a socket of its own and --json, and with --adapt off unless the arguments say
/// otherwise, that may not serve yet.
class starting_node {
 public:
  explicit starting_node(std::vector<std::string> arguments, const child_options& options = {});
  starting_node(const starting_node&) = delete;
  starting_node& operator=(const starting_node&) = delete;
  /// Shows its log where the test ends by an exception: the node may know why.
  ~starting_node();

  [[nodiscard]] std::string socket() const { return (directory_ / "socket").string(); }
  [[nodiscard]] child_process& process() { return process_; }

  /// Ends it by SIGTERM, checks that it ends with exit code 0 and returns its final account.
  nlohmann::json stop();
  /// The final account of a node that ends by itself.
  nlohmann::json wait(std::chrono::milliseconds timeout = child_process::default_timeout);

 private:
  [[nodiscard]] std::string end_of_log() const;

  temporary_directory directory_;
  child_process process_;
};

/// One that serves.
class running_node : public starting_node {
 public:
  /// Starts it and waits until it serves.
  explicit running_node(std::vector<std::string> arguments, const child_options& options = {});

  [[nodiscard]] wire_client client() const { return wire_client{socket()}; }
};

}  // namespace troupe::test
