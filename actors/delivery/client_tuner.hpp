#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "protocol/adaptation.hpp"
#include "protocol/clock.hpp"
#include "protocol/delivery_tuning.hpp"

namespace troupe::delivery {

struct client_tuner_settings {
  /// In the mode `watch` it tells what pace a client has, and changes nothing.
  adaptation_mode mode = adaptation_mode::on;
  adaptation_limits limits;
  /// Between two changes for a client that is not slow, and, at first, without a dropped frame
  /// before all is as before.
  std::chrono::nanoseconds stability = std::chrono::seconds{10};
};

/// Has one client's queue and kernel buffer follow how it reads, so that its trouble is its own.
///
/// A client for which some frames are dropped is taken to be bursty: it gets twice the room, again
/// and again up to the limits. One is slow that even then misses frames in several seconds of a
/// stability period, or that misses more than a quarter of its frames, or never has all of them:
/// more room would only make its sound older, so it gets the least, at once.
///
/// Without a dropped frame for a stability period it gets back what all have. If that was too soon,
/// it waits for twice as long the next time, and so on. (A slow one is tried again so long after it
/// was found slow, in a stability period without a dropped frame.)
class client_tuner {
 public:
  /// Seconds with dropped frames, within a stability period with the most room, that make it slow.
  static constexpr int bad_seconds = 3;
  /// Stability periods that it may come to have to wait.
  static constexpr int longest_wait = 32;

  /// What happened since the last look.
  struct second {
    std::uint64_t offered = 0;  ///< frames
    std::uint64_t dropped = 0;  ///< of them, since the queue was full
    bool caught_up = false;     ///< the queue was empty
  };

  client_tuner(const client_tuner_settings& settings, const delivery_tuning& usual)
      : settings_(settings), usual_(usual), current_(usual) {}

  /// Once a second. Returns whether tuning() is another one now.
  bool look(const second& last, steady_time now);
  /// What clients without trouble have changes. Returns whether tuning() is another one now.
  bool set_usual(const delivery_tuning& usual);

  [[nodiscard]] client_pace pace() const { return pace_; }
  [[nodiscard]] const delivery_tuning& tuning() const { return current_; }

 private:
  [[nodiscard]] bool is_slow(const second& last) const;
  [[nodiscard]] bool has_most() const;
  [[nodiscard]] bool has_waited(steady_time now) const;
  void count_bad_seconds(const second& last, steady_time now);
  [[nodiscard]] delivery_tuning tuning_for(client_pace pace) const;
  bool change_to(client_pace pace, steady_time now);

  client_tuner_settings settings_;
  delivery_tuning usual_;
  delivery_tuning current_;
  client_pace pace_ = client_pace::steady;
  std::optional<steady_time> changed_;
  std::optional<steady_time> dropped_;   ///< the last time
  std::optional<steady_time> returned_;  ///< to what all have, the last time
  int wait_ = 1;                         ///< for that, in stability periods
  steady_time counting_since_;
  int bad_seconds_ = 0;  ///< since then
};

}  // namespace troupe::delivery
