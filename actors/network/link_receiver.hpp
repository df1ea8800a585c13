#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "actors/network/followed_clock.hpp"
#include "actors/network/link_attempt.hpp"
#include "actors/network/link_candidates.hpp"
#include "actors/network/link_receiver_colleagues.hpp"
#include "actors/network/link_scribe.hpp"
#include "actors/network/link_settings.hpp"
#include "actors/supervision/player.hpp"
#include "protocol/frame_pool.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::network {

/// To a node that took us in.
struct upstream_link {
  std::size_t to = 0;  ///< which candidate
  std::uint64_t number = 0;
  node_identity publisher{};
  std::string name;  ///< fit for people
  link_sender_actor sender;
  caf::intrusive_ptr<link_scribe> connection;
  link_path path;
  steady_time joined;
  steady_time last_heard;
  steady_time last_sound;  ///< or joined
  steady_time next_question;
  followed_clock clock;
  std::chrono::nanoseconds told_error{};  ///< of capture times, to nodes further on
  std::uint64_t granted = 0;
  std::uint64_t received = 0;
};

/// Lets one through a minute, of what a peer could fill the log with.
class log_gate {
 public:
  [[nodiscard]] bool opens(steady_time now);

 private:
  std::optional<steady_time> opened_;
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
  [[nodiscard]] bool may_try_another() const;
  [[nodiscard]] bool is_wanted(std::size_t candidate, steady_time now) const;
  void try_next();
  void begin_attempt(std::size_t to);
  void join(std::size_t to, const link_offer& offer, const link_sender_actor& sender,
            caf::intrusive_ptr<link_scribe> connection);
  [[nodiscard]] bool is_of_use(const upstream_link& link);
  void fail_attempt(std::size_t to, const std::string& why);
  void note_refusal(std::size_t to, const std::string& why);
  void leave_alone(std::size_t known);

  // Keeping it.
  void look_after(std::optional<upstream_link>& link, steady_time now);
  [[nodiscard]] bool has_no_sound(const upstream_link& link, steady_time now) const;
  void promote_newcomer();
  void serve(upstream_link&& link);
  void end_link(std::uint64_t number, const std::string& why);
  void lose(const std::string& why);
  void dismiss_newcomer(const std::string& why);
  void note_loss();
  void hear_goodbye(const link_goodbye& goodbye);
  void let_go(const upstream_link& former, const std::string& why);
  void ask_for_time(upstream_link& link, steady_time now);
  void hear_time(upstream_link& link, const clock_answer& answer);
  void grant(upstream_link& link);
  [[nodiscard]] std::uint64_t frames_in_window() const;
  [[nodiscard]] upstream_link* link_numbered(std::uint64_t number);
  [[nodiscard]] bool serves(const upstream_link& link) const;
  [[nodiscard]] upstream_link* link_to_sender();
  void follow_path(upstream_link& link, const link_path& path);
  void note_clock();
  void tell_path(std::chrono::nanoseconds error);

  // Frames.
  void receive(const link_frame& frame);
  void take_in(const upstream_link& from, const link_frame& frame);
  [[nodiscard]] bool is_new(const link_frame& frame);
  void pass_on(const link_frame& frame);
  void hand_over_latencies();
  void end();

  supervision::player<link_receiver_actor::base>* self;
  link_settings settings;
  link_receiver_colleagues colleagues;
  link_candidates candidates;
  std::unique_ptr<link_attempt> under_way;
  std::optional<upstream_link> upstream;  ///< the one that serves
  /// Serves once its first frame is there: a node may answer and have no sound.
  std::optional<upstream_link> newcomer;
  std::uint64_t links = 0;  ///< in all
  std::optional<steady_time> next_look;
  steady_time last_look;
  stream_format format;  ///< of the last frame
  frame_pool pool;
  latency_notes latencies;
  log_gate clock_news;
  log_gate jump_news;
  bool ended = false;
};

/// In the place of a source: keeps up a link to the first of its upstreams that is there and has
/// sound, and posts its frames to the backlog, their capture times by this machine's clock.
link_receiver_actor::behavior_type link_receiver(
    supervision::player_pointer<link_receiver_actor, link_receiver_state> self,
    link_settings settings, link_receiver_colleagues colleagues);

}  // namespace troupe::network
