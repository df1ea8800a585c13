#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "protocol/clock.hpp"

/// What a node says of itself, as protocol/inspection.md has it. What it does not say is 0 or
/// empty.
namespace troupe::inspecting {

/// How some times are spread.
struct time_spread {
  std::uint64_t count = 0;
  std::chrono::nanoseconds min{0};
  std::chrono::nanoseconds mean{0};
  std::chrono::nanoseconds p50{0};
  std::chrono::nanoseconds p95{0};
  std::chrono::nanoseconds p99{0};
  std::chrono::nanoseconds p999{0};
  std::chrono::nanoseconds max{0};
  std::chrono::nanoseconds jitter{0};
};

struct node_facts {
  std::string name;
  std::string program_version;
  std::int64_t pid = 0;
  std::int64_t uid = 0;
  std::string host;
  std::string socket;
  std::string listen;
  std::string source;
  unix_time started;
  unix_time now;  ///< when this was said, by the node's own clock
  std::chrono::nanoseconds uptime{0};
  bool is_healthy = false;
  std::string log_level;
  bool allows_faults = false;
  bool may_steer = false;
  bool is_probed = false;
  std::chrono::nanoseconds cpu{0};
  std::uint64_t resident_kib = 0;
  std::uint64_t threads = 0;
  std::uint64_t inspectors = 0;
  std::uint64_t last_event = 0;
  std::string stream;
};

struct mailbox_facts {
  std::uint64_t now = 0;
  std::uint64_t peak = 0;
  std::uint64_t dropped = 0;
};

struct message_in_hand {
  std::string message;
  std::chrono::nanoseconds lasting{0};
};

/// How long an actor takes for messages of one type from one kind of actor.
struct handler_facts {
  std::string message;
  std::string from;
  std::chrono::nanoseconds total{0};
  time_spread times;
};

struct actor_facts {
  std::string name;
  std::string kind;
  std::string parent;
  std::string state;
  std::chrono::nanoseconds age{0};
  std::uint64_t running = 0;
  std::uint64_t failures = 0;
  std::uint64_t restarts = 0;
  std::uint64_t times_stuck = 0;
  std::string last_failure;
  mailbox_facts mailbox;
  std::optional<message_in_hand> in_hand;  ///< nothing between turns
  std::uint64_t turns = 0;
  std::chrono::nanoseconds busy{0};
  std::uint64_t bytes = 0;
  time_spread wait;
  std::vector<handler_facts> handlers;
};

/// What goes from one kind of actor to another.
struct flow_facts {
  std::string from;
  std::string to;
  std::string message;
  std::uint64_t count = 0;
  time_spread wait;
};

/// A stretch of a frame's way.
struct stage_facts {
  std::string stage;
  time_spread times;
  std::string trend;
  std::chrono::nanoseconds current{0};
  std::chrono::nanoseconds average{0};
  time_spread last_second;
  time_spread last_minute;
};

struct client_facts {
  std::uint64_t client = 0;
  std::int64_t pid = 0;
  std::int64_t uid = 0;
  std::string address;
  std::uint64_t frames_produced = 0;
  std::uint64_t frames_delivered = 0;
  std::uint64_t frames_queued = 0;
  std::map<std::string, std::uint64_t> frames_dropped;  ///< by cause
  std::uint64_t bytes_sent = 0;
  std::uint64_t messages_received = 0;
  std::uint64_t protocol_errors = 0;
  std::string pace;
  std::uint64_t queue_frames = 0;
  std::uint64_t socket_buffer_bytes = 0;
  std::string reason;
  unix_time counted{};  ///< all of the above; 1970 of a node that does not say
  time_spread latency;
  time_spread latency_in_last_minute;
};

/// How far an upstream's clock is ahead.
struct clock_facts {
  std::chrono::nanoseconds offset{0};
  std::chrono::nanoseconds error{0};
  double drift_ppm = 0;
  std::chrono::nanoseconds origin_error{0};
};

/// The link to the node that this one hears.
struct upstream_facts {
  std::string upstream;
  std::string address;
  std::uint64_t connects = 0;
  std::uint64_t losses = 0;
  std::uint64_t goodbyes = 0;
  std::uint64_t refusals = 0;
  std::string last_refusal;
  std::uint64_t frames_received = 0;
  std::uint64_t frames_missing = 0;
  std::uint64_t frames_duplicate = 0;
  std::uint64_t frames_unfit = 0;
  std::uint64_t bytes_received = 0;
  std::optional<clock_facts> clock;
};

struct tuning_facts {
  std::int64_t complexity = 0;
  std::int64_t bitrate_bps = 0;
  std::chrono::nanoseconds frame_duration{0};
  bool fec = false;
  std::int64_t expected_loss_percent = 0;
  std::uint64_t queue_frames = 0;
  std::uint64_t socket_buffer_bytes = 0;
};

/// The stream's settings, and how they are adapted.
struct stream_facts {
  std::string mode;
  bool is_paused = false;
  std::int64_t level = 0;
  std::uint64_t changes = 0;
  tuning_facts asked_for;
  tuning_facts set;
  std::map<std::string, double> system;  ///< readings of the machine, by name
};

struct frame_counts {
  std::uint64_t produced = 0;
  std::uint64_t unwanted = 0;
  std::uint64_t unencodable = 0;
  std::uint64_t skipped = 0;
  std::uint64_t invalid = 0;
  std::uint64_t unheard = 0;
  std::uint64_t late = 0;
  std::uint64_t offered = 0;
  std::uint64_t delivered = 0;
  std::map<std::string, std::uint64_t> dropped;  ///< by cause
  unix_time counted{};  ///< what was offered, delivered and dropped; 1970 as above
  std::uint64_t clients_served = 0;
  std::uint64_t clients_connected = 0;
};

struct snapshot {
  node_facts node;
  std::vector<actor_facts> actors;
  std::vector<flow_facts> flows;
  std::vector<stage_facts> stages;
  std::vector<client_facts> clients;
  std::optional<upstream_facts> upstream;
  stream_facts stream;
  frame_counts frames;
};

/// All causes together.
[[nodiscard]] std::uint64_t total(const std::map<std::string, std::uint64_t>& by_cause);

/// Throw failure{unknown_format}.
[[nodiscard]] snapshot parse_snapshot(const nlohmann::json& answer);
[[nodiscard]] actor_facts parse_actor(const nlohmann::json& answer);

}  // namespace troupe::inspecting
