#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/clock.hpp"

namespace troupe::probe {

/// What an event is about.
enum class event_kind : std::uint8_t {
  node,        ///< the process as a whole
  actor,       ///< failures, restarts, who is stuck
  adaptation,  ///< levels, and what was asked for
  client,
  link,     ///< to or from another node
  latency,  ///< a threshold was crossed
  action,   ///< somebody who inspects the node had something done
};

[[nodiscard]] std::string_view to_string(event_kind kind);

enum class event_level : std::uint8_t { info, warning, error };

[[nodiscard]] std::string_view to_string(event_level level);

/// Something that happened.
struct event {
  std::uint64_t number = 0;  ///< from 1
  unix_time when;
  event_kind kind{};
  event_level level{};
  std::string subject;  ///< to what
  std::string text;     ///< a sentence
};

/// The last things that happened in this process. May be used from any thread.
class journal {
 public:
  static constexpr std::size_t limit = 1000;

  /// The process's own, as there is one log.
  [[nodiscard]] static journal& shared();

  void add(event_kind kind, event_level level, std::string_view subject, std::string_view text);

  /// Those with a greater number, as far as they are remembered, the oldest first.
  [[nodiscard]] std::vector<event> after(std::uint64_t number) const;
  /// The greatest number there is; 0 at the start.
  [[nodiscard]] std::uint64_t last() const;

 private:
  mutable std::mutex mutex_;
  std::deque<event> events_;
  std::uint64_t last_ = 0;
};

/// Has an event in the journal, and its text in the log.
void tell(event_kind kind, event_level level, std::string_view subject, std::string_view text);

}  // namespace troupe::probe
