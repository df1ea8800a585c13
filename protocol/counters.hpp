#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>

namespace troupe {

/// Why a frame did not reach a client.
enum class drop_cause : std::uint8_t {
  queue_full,         ///< the client was slow and its queue was at its capacity
  write_timeout,      ///< it waited for a client that took nothing for the write timeout
  client_gone,        ///< it waited for a client that left
  replaced,           ///< it waited for a client that had to make room for a newer one
  protocol_error,     ///< it waited for a client that broke the protocol
  shutdown,           ///< it waited longer than a shutdown may last
  upstream_gap,       ///< it never came to the connection: an actor on its way failed
  connection_failed,  ///< the connection's own actor failed
  dismissed,          ///< it waited for a client that was closed because somebody asked for that
};
inline constexpr std::size_t drop_cause_count = 9;

/// What can be wrong with what a client sends.
enum class protocol_error : std::uint8_t {
  bad_magic,
  unknown_type,
  oversized_payload,
  bad_config,
  unexpected_frame,  ///< an opus_frame, which only a node sends
  bad_credit,        ///< a node that grants more than it may, or takes a grant back
};
inline constexpr std::size_t protocol_error_count = 6;

[[nodiscard]] std::string_view to_string(drop_cause cause);
[[nodiscard]] std::string_view to_string(protocol_error error);

/// A count for each value of an enumeration that starts at 0 and has `Size` values.
template <class Enum, std::size_t Size>
struct counter_set {
  std::array<std::uint64_t, Size> counts{};

  std::uint64_t& operator[](Enum index) { return counts.at(static_cast<std::size_t>(index)); }
  std::uint64_t operator[](Enum index) const { return counts.at(static_cast<std::size_t>(index)); }

  [[nodiscard]] std::uint64_t total() const {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  }

  counter_set& operator+=(const counter_set& other) {
    for (std::size_t i = 0; i < Size; ++i) counts[i] += other.counts[i];
    return *this;
  }

  friend bool operator==(const counter_set&, const counter_set&) = default;
};

template <class Inspector, class Enum, std::size_t Size>
typename Inspector::result_type inspect(Inspector& f, counter_set<Enum, Size>& x) {
  return f(x.counts);
}

using drop_counters = counter_set<drop_cause, drop_cause_count>;
using protocol_error_counters = counter_set<protocol_error, protocol_error_count>;

/// What became of the frames that were meant for one client, or for several added up.
/// frames_offered = frames_delivered + frames_dropped.total() + frames_queued, always.
struct delivery_counters {
  std::uint64_t frames_offered = 0;    ///< produced since the client came
  std::uint64_t frames_delivered = 0;  ///< taken by the kernel, whole
  std::uint64_t frames_queued = 0;     ///< waiting; 0 once the client has left
  std::uint64_t bytes_sent = 0;        ///< frames and all other messages
  drop_counters frames_dropped;
  std::uint64_t messages_received = 0;
  protocol_error_counters protocol_errors;

  delivery_counters& operator+=(const delivery_counters& other);
  friend bool operator==(const delivery_counters&, const delivery_counters&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, delivery_counters& x) {
  return f(x.frames_offered, x.frames_delivered, x.frames_queued, x.bytes_sent, x.frames_dropped,
           x.messages_received, x.protocol_errors);
}

}  // namespace troupe
