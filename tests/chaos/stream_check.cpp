#include "tests/chaos/stream_check.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <unordered_map>

#include <spdlog/fmt/fmt.h>

namespace troupe::chaos {
namespace {

/// The last fault before `when`, for whoever looks for a cause.
std::string circumstances(const observation& seen, steady_time when) {
  const auto after = std::partition_point(seen.faults.begin(), seen.faults.end(),
                                          [=](const auto& fault) { return fault.when <= when; });
  if (after == seen.faults.begin()) return "before the first fault";
  const auto& last = *std::prev(after);
  return fmt::format(
      "{} ms after {}",
      std::chrono::duration_cast<std::chrono::milliseconds>(when - last.when).count(),
      to_string(last));
}

std::string who(std::size_t listener_index, std::uint64_t connection) {
  return fmt::format("listener {} as client {}", listener_index + 1, connection);
}

void check_order(const observation& seen, std::size_t listener_index,
                 std::vector<std::string>& violations) {
  std::optional<std::chrono::nanoseconds> last;
  for (const auto& connection : seen.listeners[listener_index].connections)
    for (const auto& frame : connection.frames) {
      if (last && frame.timestamp <= *last)
        violations.push_back(fmt::format("{}: a timestamp of {} ns after one of {} ns, {}",
                                         who(listener_index, connection.number),
                                         frame.timestamp.count(), last->count(),
                                         circumstances(seen, frame.arrival)));
      last = frame.timestamp;
    }
}

void check_troubles(const observation& seen, std::size_t listener_index,
                    std::vector<std::string>& violations) {
  const auto& listener = seen.listeners[listener_index];
  for (const auto& trouble : listener.troubles)
    violations.push_back(fmt::format("{}: {}, {}", who(listener_index, trouble.connection),
                                     trouble.what, circumstances(seen, trouble.when)));
  const auto& absence = listener.absences.back();
  const bool is_told = !listener.troubles.empty() && listener.troubles.back().when >= absence.from;
  if (!absence.until && !is_told)
    violations.push_back(fmt::format("{}: it did not come back, {}",
                                     who(listener_index, absence.connection),
                                     circumstances(seen, absence.from)));
}

void check_sameness(const observation& seen, std::vector<std::string>& violations) {
  std::unordered_map<std::chrono::nanoseconds::rep, std::size_t> packets;
  for (std::size_t i = 0; i < seen.listeners.size(); ++i)
    for (const auto& connection : seen.listeners[i].connections)
      for (const auto& frame : connection.frames) {
        const auto [known, is_new] = packets.emplace(frame.timestamp.count(), frame.packet_hash);
        if (known->second != frame.packet_hash)
          violations.push_back(fmt::format("{}: not the packet that others heard, {}",
                                           who(i, connection.number),
                                           circumstances(seen, frame.arrival)));
      }
}

}  // namespace

void check_streams(const observation& seen, std::vector<std::string>& violations) {
  for (std::size_t i = 0; i < seen.listeners.size(); ++i) {
    check_troubles(seen, i, violations);
    check_order(seen, i, violations);
  }
  check_sameness(seen, violations);
}

}  // namespace troupe::chaos
