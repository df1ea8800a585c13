#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "actors/network/node_position.hpp"
#include "actors/supervision/player.hpp"
#include "protocol/offered_frames.hpp"
#include "protocol/ring_queue.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::network {

/// The actors and services that the sending ends of all links work with, and how.
struct link_sender_settings {
  frame_processor_actor frame_processor;
  client_registry_actor client_registry;
  latency_monitor_actor latency_monitor;
  std::shared_ptr<const node_position> position;
  std::chrono::nanoseconds write_timeout = std::chrono::seconds{5};
  bool keeps_oldest = false;  ///< the newest frame gives way when the queue is full
  std::function<unix_time()> unix_clock = unix_now;
};

/// Sends what it is granted, and keeps the account of what it is not.
struct link_sender_state {
  static inline const char* name = "link_sender";
  /// Nobody may have more frames under way to it than this: 4 s at 20 ms.
  static constexpr std::uint64_t most_credit = 200;

  explicit link_sender_state(supervision::player<link_sender_actor::base>* its_self)
      : self(its_self) {}

  void open(link_receiver_actor its_receiver, client_place its_place,
            link_sender_settings its_settings);
  void join();
  void take_frames();
  void take(frame_ptr frame);
  void send_granted();
  void send(const frame& sent_now);
  void trim();
  [[nodiscard]] bool is_from_receiver() const;
  void grant(const link_credit& credit);
  void end_if_nothing_is_taken();
  void tick();
  void set_tuning(const delivery_tuning& tuning);
  void drain();
  void dismiss(const std::string& reason);
  void leave(drop_cause cause, const std::string& reason);
  [[nodiscard]] clock_answer answer(const clock_question& question) const;
  void hand_over_latencies();
  [[nodiscard]] client_report report() const;

  supervision::player<link_sender_actor::base>* self;
  link_receiver_actor receiver;
  client_place place;
  link_sender_settings settings;
  offered_frames offered;
  ring_queue<frame_ptr> queue;  ///< not granted yet
  latency_notes latencies;
  std::uint64_t granted = 0;
  steady_time granted_at;  ///< something more, the last time
  std::uint64_t sent = 0;
  std::uint64_t told_changes = 0;  ///< of the path
  bool left = false;
};

/// Joins the frame processor once `receiver`, at another node, has granted a frame, and sends it as
/// many as that grants. What it may not send waits in a queue as long as that of any client. Ends
/// when the receiver is gone, takes nothing for `write_timeout` or asks for what it may not have,
/// or when it is evicted or drained. Its account is as a connection's.
link_sender_actor::behavior_type link_sender(
    supervision::player_pointer<link_sender_actor, link_sender_state> self,
    link_receiver_actor receiver, client_place place, link_sender_settings settings);

}  // namespace troupe::network
