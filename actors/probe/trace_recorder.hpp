#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
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
  /// Whoever began a recording may take it for so long before another one can have its place.
  static constexpr std::chrono::seconds time_to_take{5};
  /// After so long a recording that nobody took is forgotten.
  static constexpr std::chrono::minutes kept_for{1};

  using clock_function = std::function<steady_time()>;

  explicit trace_recorder(clock_function now = std::chrono::steady_clock::now)
      : now_(std::move(now)) {}

  [[nodiscard]] bool is_on() const noexcept { return is_on_.load(std::memory_order_relaxed); }

  /// Begins a recording that lasts until then. Returns false while another one is under way, or can
  /// still be taken by whoever began it; one that was not taken in time is forgotten.
  [[nodiscard]] bool start(steady_time until);
  /// When the recording under way ends; nothing if none is.
  [[nodiscard]] std::optional<steady_time> until() const;
  /// The recording that is over, once; nothing if there is none.
  [[nodiscard]] std::optional<trace_recording> take();
  /// Forgets a recording that was not taken, `kept_for` after its end. To be called now and then:
  /// a recording takes much memory.
  void forget_old();

  // For actors, while it is on.
  void note(const traced_turn& turn);
  void note(const traced_step& step);

 private:
  [[nodiscard]] bool takes(steady_time at);

  std::atomic<bool> is_on_{false};
  mutable std::mutex mutex_;
  std::optional<trace_recording> recording_;
  const clock_function now_;
};

}  // namespace troupe::probe
