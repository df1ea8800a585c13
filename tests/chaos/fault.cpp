#include "tests/chaos/fault.hpp"

#include <ctime>

#include <spdlog/fmt/fmt.h>

namespace troupe::chaos {
namespace {

/// As the node's log writes it.
std::string time_of_day(std::chrono::system_clock::time_point when) {
  const auto seconds = std::chrono::system_clock::to_time_t(when);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(when.time_since_epoch()).count() % 1000;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return fmt::format("{:02}:{:02}:{:02}.{:03}", local.tm_hour, local.tm_min, local.tm_sec,
                     milliseconds);
}

}  // namespace

std::string_view to_string(fault_target target) {
  switch (target) {
    case fault_target::latency_monitor:
      return "latency_monitor";
    case fault_target::frame_processor:
      return "frame_processor";
    case fault_target::connection_supervisor:
      return "connection_supervisor";
    case fault_target::client_registry:
      return "client_registry";
    case fault_target::acceptor:
      return "acceptor";
    case fault_target::source:
      return "source";
    case fault_target::supervisor:
      return "supervisor";
    case fault_target::connection:
      return "connection";
  }
  return "?";
}

std::string_view to_string(fault_kind kind) {
  switch (kind) {
    case fault_kind::kill:
      return "kill";
    case fault_kind::exception:
      return "throw";
    case fault_kind::hang:
      return "hang";
  }
  return "?";
}

std::string order_for(const fault& what, std::uint64_t connection) {
  auto order = fmt::format("{} {}", to_string(what.kind), to_string(what.target));
  if (what.target == fault_target::connection) order += fmt::format(":{}", connection);
  if (what.kind == fault_kind::hang) order += fmt::format(" {}ms", what.hang_duration.count());
  return order;
}

std::string to_string(const injected_fault& injected) {
  return fmt::format("fault {} ({}, {})", injected.number, injected.order,
                     time_of_day(injected.wall_time));
}

}  // namespace troupe::chaos
