#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>

#include "protocol/address.hpp"
#include "protocol/clock.hpp"

namespace troupe::media {

/// How the samples of an input are asked for: interleaved 32-bit floats, 1.0 is full scale.
struct pcm_shape {
  std::uint32_t sample_rate_hz = 48000;
  std::uint32_t channels = 2;
  friend bool operator==(const pcm_shape&, const pcm_shape&) = default;
};

/// The answers of an input that is asked for sound.
struct pcm_ready {};  ///< all that was asked for is there
struct pcm_wait_for {
  std::chrono::nanoseconds duration;  ///< ask again after this time
};
struct pcm_wait_readable {
  int descriptor;  ///< ask again when this can be read
};
struct pcm_end {
  std::size_t samples;  ///< samples per channel that still came; the sound is over
};
using pcm_result = std::variant<pcm_ready, pcm_wait_for, pcm_wait_readable, pcm_end>;

/// Who sets the pace of an input.
enum class pcm_pace : std::uint8_t {
  clock,  ///< the sound is there at any time; the machine's clock says when a frame is due
  device  ///< the input itself says when there is more
};

/// What an input went through.
struct pcm_input_counters {
  std::uint64_t xruns = 0;           ///< the device had to drop sound since we came too late
  std::uint64_t device_losses = 0;   ///< the device went away
  std::uint64_t device_returns = 0;  ///< and came back
};

/// Where sound comes from. Never blocks: what is not there yet is waited for by the caller.
class pcm_input {
 public:
  virtual ~pcm_input() = default;

  /// Fills `samples` (interleaved, as shaped) or says what to wait for. What has come of a frame
  /// that is not complete is kept inside. After `pcm_end` with fewer samples than asked for, the
  /// rest of the buffer is silence. Every later call answers pcm_end{0}.
  virtual pcm_result read(std::span<float> samples) = 0;

  /// Asks for another shape from the next read on, at the same place in the sound.
  virtual void reshape(pcm_shape shape) = 0;

  /// Whether the same sound may be opened a second time, beside this, and be brought to the same
  /// place.
  [[nodiscard]] virtual bool can_seek() const { return false; }

  /// Goes to `place`, as the time from the beginning of the sound. Only where `can_seek`.
  virtual void seek(std::chrono::nanoseconds place);

  [[nodiscard]] virtual pcm_pace pace() const = 0;

  /// When the first sample of what `read` returned last was captured, as well as the device can
  /// tell; only for inputs with their own pace.
  [[nodiscard]] virtual unix_time captured() const { return {}; }

  [[nodiscard]] virtual pcm_input_counters counters() const { return {}; }

  /// For the log: "file speech.wav, 44100 Hz, 2 channels, 12.3 s".
  [[nodiscard]] virtual std::string description() const = 0;
};

/// Opens what `address` names. Throws failure: no_source, unreadable, unknown_format,
/// empty_source, no_device, not_permitted.
[[nodiscard]] std::unique_ptr<pcm_input> open_pcm_input(const source_address& address,
                                                        pcm_shape shape);

}  // namespace troupe::media
