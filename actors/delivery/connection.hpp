#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "actors/delivery/connection_settings.hpp"
#include "actors/delivery/send_queue.hpp"
#include "actors/runtime/poller.hpp"
#include "actors/supervision/player.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/offered_frames.hpp"
#include "protocol/type_ids.hpp"
#include "protocol/wire_parser.hpp"

namespace troupe::delivery {

/// The actors and services that a connection works with.
struct connection_colleagues {
  runtime::poller* poller = nullptr;
  frame_processor_actor frame_processor;
  client_registry_actor client_registry;
  latency_monitor_actor latency_monitor;
};

/// One client: reads what it says, sends what it is to hear, keeps its account.
struct connection_state {
  static inline const char* name = "connection";
  /// A client that says more than this within a second is not read again until the next one.
  static constexpr std::uint64_t messages_per_second = 1000;
  /// The same for one that says little at a time.
  static constexpr std::uint64_t reads_per_second = 1000;
  static constexpr std::chrono::seconds heartbeat_interval{1};
  /// The kernel is asked again so long after it had no memory.
  static constexpr std::chrono::milliseconds memory_pause{10};
  /// What is queued may go out for so long when the connection is asked to end.
  static constexpr std::chrono::milliseconds shutdown_drain{100};

  explicit connection_state(supervision::player<connection_actor::base>* its_self)
      : self(its_self) {}

  // Life.
  void open(descriptor its_socket, std::shared_ptr<client_report> its_account,
            frame_inbox_ptr its_inbox, connection_settings its_settings,
            connection_colleagues its_colleagues);
  void join();
  void drain(std::chrono::nanoseconds limit);
  void leave(drop_cause cause, const std::string& reason);

  // Sending.
  void take_frames();
  void take(frame_ptr frame);
  void begin_with(const stream_format& first_format);
  void announce(const stream_format& new_format);
  void flush();
  void sent(std::size_t bytes, steady_time write_began);
  void stalled();
  void watch_stall(steady_time when);
  void check_stall();
  void beat();

  // Reading.
  void ready(const readiness& news);
  void hear_last_words();
  bool read();
  [[nodiscard]] std::size_t readable_bytes() const;
  void parse(std::span<const std::byte> input);
  void handle(const wire::message_view& message);
  void hear_ack(unix_time captured);
  void begin_talking();
  void refuse(protocol_error error);
  [[nodiscard]] bool may_read() const;
  void arm();

  // Accounts.
  void tick();
  void look_at_pace();
  void set_usual(const delivery_tuning& usual);
  void apply(const delivery_tuning& tuning);
  void hand_over_latencies();
  [[nodiscard]] client_report report() const;

  supervision::player<connection_actor::base>* self;
  connection_settings settings;
  connection_colleagues colleagues;
  std::shared_ptr<client_report> account;
  frame_inbox_ptr inbox;

  descriptor socket;
  std::optional<runtime::watch> watch;
  std::optional<runtime::interest> armed;  ///< what the watch waits for now
  std::optional<send_queue> queue;
  std::optional<client_tuner> tuner;
  std::unique_ptr<wire::parser> parser;  ///< made when the client says its first word
  std::optional<stream_format> format;   ///< in force, once it is known
  latency_notes latencies;
  offered_frames offered;
  std::optional<unix_time> first_delivered;  ///< captured then
  unix_time last_delivered;

  std::optional<steady_time> stalled_since;
  std::optional<steady_time> drain_until;
  steady_time last_sent;
  std::uint64_t messages_this_second = 0;
  std::uint64_t reads_this_second = 0;
  std::uint64_t offered_before_second = 0;  ///< frames
  std::uint64_t dropped_before_second = 0;  ///< of them, for want of room in the queue
  bool caught_up = true;                    ///< in this second the queue was empty
  bool talking = false;                     ///< the client has sent a valid message
  bool read_closed = false;                 ///< the client will say no more
  bool hung_up = false;                     ///< the client hears no more
  bool stall_watched = false;               ///< a stall message is on its way
  bool left = false;
};

/// Joins the frame processor and serves the client at `socket` until it leaves, breaks the
/// protocol, takes nothing for the write timeout, or is evicted or drained. Reports to the
/// client registry at each tick that it gets. `account` is lent: nobody else may touch it
/// until the connection has ended; if it has no reason for the end by then, the connection has
/// failed. Its frames come by `inbox`.
connection_actor::behavior_type connection(
    supervision::player_pointer<connection_actor, connection_state> self,
    const std::shared_ptr<descriptor>& socket, std::shared_ptr<client_report> account,
    frame_inbox_ptr inbox, connection_settings settings, connection_colleagues colleagues);

}  // namespace troupe::delivery
