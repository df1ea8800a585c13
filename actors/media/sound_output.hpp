#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "protocol/address.hpp"
#include "protocol/stream_format.hpp"

namespace troupe::media {

/// A stretch of sound as it was heard, both as it came and as it sounds.
struct sound_block {
  /// The Opus packet; empty where one is missing and `pcm` stands in for it.
  std::span<const std::byte> packet;
  /// 48 kHz, interleaved, as many channels as begin() said.
  std::span<const std::int16_t> pcm;
  /// Samples for each channel: a multiple of 120 (2.5 ms), at most 5760 (120 ms).
  std::uint32_t samples = 0;
};

/// Whether anybody still takes what an output writes.
enum class output_state : std::uint8_t { open, closed };

/// Where heard sound goes to. Everything that can be refused is refused when it is made; nothing
/// that was there before is overwritten until sound has come.
class sound_output {
 public:
  virtual ~sound_output() = default;

  /// Sound of this format has come. Returns the number of channels that `write` is to be given.
  /// Throws failure.
  virtual std::uint32_t begin(const stream_format& format) = 0;

  /// Takes a block, or drops what cannot be taken in time for live sound. Expects that begin() was
  /// called. Throws failure{disk_full, output_failed}; what was written before stays whole.
  virtual output_state write(const sound_block& block) = 0;

  /// Completes the output. Without begin(), nothing was written and nothing is left behind.
  /// Throws failure{disk_full, output_failed}.
  virtual void finish() = 0;

  /// Samples for each channel that came too fast for the output.
  [[nodiscard]] virtual std::uint64_t samples_dropped() const { return 0; }

  /// For the log: "Ogg Opus file speech.opus".
  [[nodiscard]] virtual std::string description() const = 0;
};

/// Opens what `address` names. Throws failure{cannot_create, not_permitted, no_device}.
[[nodiscard]] std::unique_ptr<sound_output> open_sound_output(const output_address& address);

}  // namespace troupe::media
