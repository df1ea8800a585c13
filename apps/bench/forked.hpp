#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/types.h>

#include "apps/common/signals.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::bench {

/// A part of a run in a process of its own, so that its costs are its own. To be made while this
/// process has one thread.
class forked {
 public:
  /// `body` runs in the new process and returns what it measured; what it throws is told by
  /// result().
  forked(std::string name, const std::function<nlohmann::json()>& body);
  forked(const forked&) = delete;
  forked& operator=(const forked&) = delete;
  /// Kills the process if it has not ended.
  ~forked();

  /// Readable once the process has a result, or has died.
  [[nodiscard]] int wait_descriptor() const { return results_.get(); }

  /// Waits for the end. Throws std::runtime_error with what the process threw, or how it died.
  [[nodiscard]] nlohmann::json result();

 private:
  std::string name_;
  pid_t pid_ = -1;
  descriptor results_;
};

/// A signal asked for the end.
class interrupted : public std::runtime_error {
 public:
  explicit interrupted(int signal) : std::runtime_error{"interrupted"}, signal_(signal) {}

  [[nodiscard]] int signal() const { return signal_; }

 private:
  int signal_;
};

/// What all parts of a run return, in their order. Throws what the first one that fails does, at
/// once; std::runtime_error when they take longer than `limit`; and `interrupted` when a signal has
/// come.
[[nodiscard]] std::vector<nlohmann::json> results_of(const std::vector<forked*>& parts,
                                                     std::chrono::nanoseconds limit,
                                                     const ending_signals& signals);

}  // namespace troupe::bench
