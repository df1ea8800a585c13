#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::chaos {

using steady_time = std::chrono::steady_clock::time_point;

enum class fault_target : std::uint8_t {
  latency_monitor,
  frame_processor,
  connection_supervisor,
  client_registry,
  acceptor,
  source,
  supervisor,
  connection,  ///< a listener's
};

enum class fault_kind : std::uint8_t { kill, exception, hang };

inline constexpr std::array fault_targets{fault_target::latency_monitor,
                                          fault_target::frame_processor,
                                          fault_target::connection_supervisor,
                                          fault_target::client_registry,
                                          fault_target::acceptor,
                                          fault_target::source,
                                          fault_target::supervisor,
                                          fault_target::connection};
inline constexpr std::array fault_kinds{fault_kind::kill, fault_kind::exception, fault_kind::hang};

/// As the node's fault console calls them.
[[nodiscard]] std::string_view to_string(fault_target target);
[[nodiscard]] std::string_view to_string(fault_kind kind);

/// What is to be injected.
struct fault {
  fault_target target = fault_target::source;
  fault_kind kind = fault_kind::kill;
  std::chrono::milliseconds hang_duration{};  ///< of a hang
  std::size_t listener = 0;                   ///< of a connection: whose it is
  /// It comes so much later than the interval says: always at the same distance from a frame, many
  /// faults would never meet one.
  std::chrono::microseconds delay{};

  [[nodiscard]] bool ends_connection() const {
    return target == fault_target::connection && kind != fault_kind::hang;
  }
};

/// What was injected.
struct injected_fault {
  std::size_t number = 0;  ///< from 1
  fault what;
  steady_time when;
  std::chrono::system_clock::time_point wall_time;  ///< to find it in the node's log
  std::string order;                                ///< to the fault console
  std::string answer;
};

/// The order to the fault console; `connection` is the number of the connection to hit.
[[nodiscard]] std::string order_for(const fault& what, std::uint64_t connection);

/// "fault 17 (throw source, 08:45:12.345)".
[[nodiscard]] std::string to_string(const injected_fault& injected);

}  // namespace troupe::chaos
