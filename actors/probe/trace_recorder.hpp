#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "actors/probe/trace_event.hpp"

namespace troupe::probe {

/// What was recorded in a stretch of time.
struct trace_recording {
  steady_time began;
  steady_time until;
  std::vector<traced_turn> turns;
  std::vector<traced_step> steps;
  std::uint64_t dropped = 0;  ///< for which there was no room
};

/// Records what the actors do, when somebody wants to know; else it costs them one look at a flag.
/// May be used from any thread.
class trace_recorder {
 public:
  /// Turns, and as many steps, that have room: some 20 MB while there is a recording.
  static constexpr std::size_t room = 150'000;

  [[nodiscard]] bool is_on() const noexcept { return is_on_.load(std::memory_order_relaxed); }

  /// Begins a recording that lasts until then. Returns false while another one is under way; one
  /// that is over, and was not taken, is forgotten.
  [[nodiscard]] bool start(steady_time until);
  /// When the recording under way ends; nothing if none is.
  [[nodiscard]] std::optional<steady_time> until() const;
  /// The recording that is over, once; nothing if there is none.
  [[nodiscard]] std::optional<trace_recording> take();
  /// Forgets a recording that was not taken within a minute of its end.
  void forget_old();

  // For actors, while it is on.
  void note(const traced_turn& turn);
  void note(const traced_step& step);

 private:
  [[nodiscard]] bool takes(steady_time at);

  std::atomic<bool> is_on_{false};
  mutable std::mutex mutex_;
  std::optional<trace_recording> recording_;
};

}  // namespace troupe::probe
