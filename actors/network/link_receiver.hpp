#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <caf/actor.hpp>

#include "actors/network/clock_estimator.hpp"
#include "actors/network/link_dial.hpp"
#include "actors/network/link_scribe.hpp"
#include "actors/network/link_settings.hpp"
#include "actors/network/node_position.hpp"
#include "actors/network/upstream_record.hpp"
#include "actors/supervision/player.hpp"
#include "protocol/frame_backlog.hpp"
#include "protocol/frame_pool.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::network {

/// The actors and services that a link's receiving end works with.
struct link_receiver_colleagues {
  runtime::poller* poller = nullptr;
  caf::actor broker;                      ///< CAF's, for what nodes tell each other
  std::shared_ptr<frame_backlog> frames;  ///< where they go
  latency_monitor_actor latency_monitor;
  std::shared_ptr<node_position> position;
  std::shared_ptr<upstream_record> record;
};

/// A node that may be this one's upstream.
struct link_candidate {
  node_address address;
  supervision::backoff pause;
  steady_time next_attempt;
  std::string last_refusal;
};
/// On the way to one of them. The first thing that fails ends it.
struct link_attempt {
  std::size_t to = 0;  ///< which candidate
  std::uint64_t number = 0;
  steady_time deadline;
  std::vector<tcp_endpoint> endpoints;  ///< that are still to be tried
  std::unique_ptr<link_dial> dial;
  caf::intrusive_ptr<link_scribe> connection;
};
/// To the one that serves.
struct upstream_link {
  std::size_t to = 0;
  link_sender_actor sender;
  caf::intrusive_ptr<link_scribe> connection;
  link_path path;
  steady_time joined;
  steady_time last_heard;
  clock_estimator clock;
  std::optional<std::chrono::nanoseconds> offset;  ///< in use; follows the clock
  std::uint64_t granted = 0;
  std::uint64_t received = 0;
};

struct link_receiver_state {
  static inline const char* name = "source";
  static constexpr std::chrono::milliseconds look_interval{250};

  explicit link_receiver_state(supervision::player<link_receiver_actor::base>* its_self)
      : self(its_self) {}

  void open(link_settings its_settings, link_receiver_colleagues its_colleagues);

  // Finding an upstream.
  void look();
  void look_at(steady_time when);
  [[nodiscard]] steady_time next_time_to_look(steady_time now) const;
  void try_next();
  [[nodiscard]] std::size_t better_candidates() const;
  void begin_attempt(std::size_t to);
  void resolve_host(const node_address& address);
  void dial_next_endpoint(const std::string& why_not_the_last);
  void go_on_dialling();
  void greet();
  [[nodiscard]] std::string why_not_greeted(const caf::error& error) const;
  [[nodiscard]] std::string why_no_answer() const;
  void ask(const caf::strong_actor_ptr& whom, const std::set<std::string>& interface);
  void join(const link_offer& offer, const link_sender_actor& sender);
  void fail_attempt(const std::string& why);
  void put_off(link_candidate& whom, std::chrono::nanoseconds it_was_up);
  template <class... Answer, class Act>
  [[nodiscard]] auto if_still_attempted(Act act);

  // Keeping it.
  void lose(const std::string& why);
  void hear_goodbye(const link_goodbye& goodbye);
  void let_go(const upstream_link& former);
  void hang_up(const caf::intrusive_ptr<link_scribe>& connection);
  void ask_for_time();
  void hear_time(const clock_answer& answer);
  void grant();
  [[nodiscard]] std::uint64_t frames_in_window() const;
  [[nodiscard]] bool is_from_upstream() const;
  void follow_path(const link_path& path);

  // Frames.
  void receive(const link_frame& frame);
  [[nodiscard]] bool is_new(const link_frame& frame);
  void pass_on(const link_frame& frame);
  [[nodiscard]] std::chrono::nanoseconds follow_clock();
  void hand_over_latencies();
  void end();

  supervision::player<link_receiver_actor::base>* self;
  link_settings settings;
  link_receiver_colleagues colleagues;
  std::vector<link_candidate> candidates;
  std::optional<link_attempt> under_way;
  std::optional<upstream_link> upstream;
  std::uint64_t attempts = 0;
  std::uint64_t epoch = 0;  ///< counts links
  std::optional<steady_time> next_look;
  steady_time last_look;
  stream_format format;  ///< of the last frame
  frame_pool pool;
  latency_notes latencies;
  std::minstd_rand randomness{std::random_device{}()};
  bool ended = false;
};

/// In the place of a source: keeps up a link to the first of its upstreams that is there, and posts
/// its frames to the backlog, their capture times by this machine's clock.
link_receiver_actor::behavior_type link_receiver(
    supervision::player_pointer<link_receiver_actor, link_receiver_state> self,
    link_settings settings, link_receiver_colleagues colleagues);

}  // namespace troupe::network
