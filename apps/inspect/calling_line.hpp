#pragma once

#include <memory>
#include <string>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

#include "actors/runtime/poller.hpp"

namespace troupe::inspecting {

/// The actors by which one channel calls its node. Lines to different nodes share an actor system;
/// of two to the same address each has its own, since CAF has one connection between two systems.
class calling_line {
 public:
  explicit calling_line(std::string address);
  calling_line(const calling_line&) = delete;
  calling_line& operator=(const calling_line&) = delete;
  ~calling_line();

  [[nodiscard]] caf::actor_system& actors() const;
  [[nodiscard]] const caf::actor& broker() const;
  [[nodiscard]] runtime::poller& poller() const;

 private:
  struct shared_system;

  const std::string address_;
  std::shared_ptr<shared_system> system_;
};

}  // namespace troupe::inspecting
