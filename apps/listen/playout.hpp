#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "actors/media/opus_decoder.hpp"
#include "actors/media/sound_output.hpp"
#include "apps/common/level_meter.hpp"
#include "apps/listen/gap_finder.hpp"
#include "protocol/stream_format.hpp"

namespace troupe::listening {

struct playout_counters {
  std::uint64_t missing_frames = 0;
  std::uint64_t decode_errors = 0;
};

/// Turns frames into sound: decodes them, conceals what is missing and hands all to an output.
///
/// What is missing is made up for, so that the output is as long as the time listened: for up to
/// 100 ms by the decoder's concealment, then by silence. As times from outside are not to be
/// trusted, no more than the time that really went by is made up for.
class playout {
 public:
  /// `waits_for_format` says that the node will tell its format: the first frames are then kept
  /// for it, for up to 100 ms of sound.
  playout(std::unique_ptr<media::sound_output> output, bool waits_for_format);

  void set_format(const stream_format& format);

  /// Takes a frame with what is missing before it. Throws failure from the output.
  void play(const arrived_frame& frame, const gap& before);

  /// Completes the output. Throws failure.
  void finish();

  /// Whether the output still takes sound.
  [[nodiscard]] bool open() const { return state_ == media::output_state::open; }

  /// How much sound was put out, with what was made up.
  [[nodiscard]] std::chrono::nanoseconds length() const;

  [[nodiscard]] const playout_counters& counters() const { return counters_; }
  /// The level since the last call.
  [[nodiscard]] level_meter take_recent_level();
  /// The level since the start.
  [[nodiscard]] level_meter level() const;
  [[nodiscard]] const media::sound_output& output() const { return *output_; }
  /// What the output was begun with; nothing until then.
  [[nodiscard]] const std::optional<stream_format>& format() const { return begun_format_; }

 private:
  struct waiting_frame {
    std::vector<std::byte> packet;
    arrived_frame frame;
    gap before;
  };

  void begin();
  void keep_until_format(const arrived_frame& frame, const gap& before);
  void put_out(const arrived_frame& frame, const gap& before);
  void make_up(const gap& before, std::span<const std::byte> next_packet);
  [[nodiscard]] std::uint64_t frames_to_make_up(const gap& before) const;
  void decode(const arrived_frame& frame);
  void write(std::span<const std::byte> packet, std::span<const std::int16_t> pcm);

  std::unique_ptr<media::sound_output> output_;
  bool waits_for_format_;
  std::optional<stream_format> told_format_;
  std::optional<stream_format> begun_format_;
  std::vector<waiting_frame> waiting_;
  std::chrono::nanoseconds waiting_duration_{0};

  std::optional<media::opus_decoder> decoder_;
  std::uint32_t channels_ = 0;
  std::vector<std::int16_t> silence_;
  media::output_state state_ = media::output_state::open;
  std::uint64_t samples_ = 0;

  /// Time that went by without sound, and may thus be made up for.
  std::chrono::nanoseconds unheard_time_;
  std::optional<steady_time> last_received_;

  playout_counters counters_;
  level_meter recent_level_;
  level_meter earlier_level_;
};

}  // namespace troupe::listening
