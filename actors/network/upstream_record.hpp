#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <caf/intrusive_ptr.hpp>

#include "actors/network/link_scribe.hpp"
#include "protocol/clock.hpp"
#include "protocol/frame.hpp"
#include "protocol/messages.hpp"

namespace troupe::network {

/// What the receiving end of a link tells of itself.
struct upstream_report {
  std::string upstream;        ///< "HOST:PORT" of the one that serves; empty if none does
  std::uint64_t connects = 0;  ///< links that came about
  std::uint64_t losses = 0;    ///< and were lost
  std::uint64_t returns = 0;   ///< of a link, be it to another upstream, after a loss
  std::uint64_t goodbyes = 0;  ///< of these, in good order, since the upstream ended
  std::uint64_t refusals = 0;  ///< attempts that failed
  std::string last_refusal;    ///< why the last one did
  std::uint64_t frames_received = 0;
  std::uint64_t frames_missing = 0;    ///< their numbers never came
  std::uint64_t frames_duplicate = 0;  ///< came again, from another upstream
  std::uint64_t frames_unfit = 0;      ///< longer than a frame may be, or without room to keep it
  std::uint64_t bytes_received = 0;    ///< of packets
  std::optional<std::chrono::nanoseconds> clock_offset;  ///< of the upstream's clock, less ours
  std::chrono::nanoseconds clock_error{};                ///< at most
  double clock_drift_ppm = 0;
  std::chrono::nanoseconds
      origin_error{};  ///< of capture times, over all links before this one too
};

/// What restarts of a link's receiving end keep. May be used from any thread.
class upstream_record {
 public:
  [[nodiscard]] upstream_report report() const {
    const std::lock_guard lock{mutex_};
    return report_;
  }
  /// In the words that a source has.
  [[nodiscard]] source_report as_source() const {
    const auto links = report();
    return {.frames_produced = links.frames_received - links.frames_duplicate - links.frames_unfit,
            .device_losses = links.losses,
            .device_returns = links.returns};
  }

  template <class Change>
  void write(Change&& change) {
    const std::lock_guard lock{mutex_};
    change(report_);
  }

  /// The place of the newest frame.
  struct place {
    stream_id stream{};
    frame_sequence sequence{};
  };
  std::optional<place> last;  ///< of whoever receives now

 private:
  mutable std::mutex mutex_;
  upstream_report report_;
};

}  // namespace troupe::network
