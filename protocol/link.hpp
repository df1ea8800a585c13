#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "protocol/clock.hpp"
#include "protocol/frame.hpp"
#include "protocol/stream_format.hpp"

/// What two nodes tell each other. Times are Unix nanoseconds by the clock of whoever says them.
namespace troupe {

/// Which words nodes use with each other. Nodes of different versions refuse each other.
inline constexpr std::uint32_t link_protocol_version = 1;

/// Whether a peer can mean that time, if it is `now` here. Clocks may be far off where there is no
/// battery, but not by more than a century: within that, differences of times cannot overflow.
[[nodiscard]] constexpr bool is_plausible_time(std::int64_t unix_ns, unix_time now) {
  constexpr std::chrono::nanoseconds far = std::chrono::hours{24} * 365 * 100;
  const std::int64_t here = now.time_since_epoch().count();
  return unix_ns > here - far.count() && unix_ns < here + far.count();
}

/// Names a node among its peers. Chosen at random when it starts.
enum class node_identity : std::uint64_t {};

[[nodiscard]] constexpr std::uint64_t to_number(node_identity node) {
  return static_cast<std::uint64_t>(node);
}

/// The first word of a node that wants another's stream.
struct link_request {
  std::uint32_t protocol_version = link_protocol_version;
  node_identity subscriber{};
  std::string name;  ///< of the subscriber, for people
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_request& x) {
  return f(x.protocol_version, x.subscriber, x.name);
}

/// Whom a stream passes on its way, the node that encodes it first. A node that is on its own path
/// would hear itself.
struct link_path {
  std::vector<node_identity> nodes;
  /// Of the capture times in this stream, against the clock of the node that encodes it.
  std::int64_t clock_error_ns = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_path& x) {
  return f(x.nodes, x.clock_error_ns);
}

/// The answer to a request, beside the actor that sends the stream.
struct link_offer {
  node_identity publisher{};
  std::string name;  ///< of the publisher, for people
  link_path path;    ///< the publisher last
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_offer& x) {
  return f(x.publisher, x.name, x.path);
}

/// One encoded frame.
struct link_frame {
  std::uint64_t stream = 0;
  std::uint64_t sequence = 0;
  std::int64_t captured_unix_ns = 0;
  std::int64_t sent_unix_ns = 0;
  stream_format format;
  std::vector<std::uint8_t> packet;

  static link_frame of(const frame& source, unix_time sent);
  /// Whether the frame can be one: what a peer sends may be anything.
  [[nodiscard]] bool is_plausible(unix_time now) const;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_frame& x) {
  return f(x.stream, x.sequence, x.captured_unix_ns, x.sent_unix_ns, x.format, x.packet);
}

/// How much a subscriber takes, and what it has got.
struct link_credit {
  /// Frames that it may have been sent in all, since it joined: it only grows.
  std::uint64_t granted = 0;
  std::uint64_t received = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_credit& x) {
  return f(x.granted, x.received);
}

/// Whoever says so ends the link in good order: sends no more, or wants no more.
struct link_goodbye {
  std::string reason;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, link_goodbye& x) {
  return f(x.reason);
}

/// What time is it? As in NTP: the question carries when it was asked, ...
struct clock_question {
  std::int64_t asked_unix_ns = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, clock_question& x) {
  return f(x.asked_unix_ns);
}

/// ... and the answer, when it came and when it was answered.
struct clock_answer {
  std::int64_t asked_unix_ns = 0;
  std::int64_t came_unix_ns = 0;
  std::int64_t answered_unix_ns = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, clock_answer& x) {
  return f(x.asked_unix_ns, x.came_unix_ns, x.answered_unix_ns);
}

}  // namespace troupe
