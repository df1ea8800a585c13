#pragma once

#include <cstdint>
#include <span>

#include "actors/media/sound_output.hpp"

namespace troupe::media {

/// Writes samples to a pipe or the like: 48 kHz, stereo, signed 16 bits, little-endian; always
/// stereo, as nothing in the bytes could tell otherwise.
///
/// A reader that is slow is waited for, but not longer than live sound can bear: from then on
/// blocks are dropped and counted until it takes some again.
class raw_writer final : public sound_output {
 public:
  /// Does not own `descriptor`. SIGPIPE is expected to be ignored.
  explicit raw_writer(int descriptor) : descriptor_(descriptor) {}

  std::uint32_t begin(const stream_format& format) override;
  output_state write(const sound_block& block) override;
  void finish() override {}
  [[nodiscard]] std::uint64_t samples_dropped() const override { return samples_dropped_; }
  [[nodiscard]] std::string description() const override;

 private:
  enum class room : std::uint8_t { some, none, closed };
  [[nodiscard]] room wait_for_room() const;

  int descriptor_;
  bool behind_ = false;
  std::uint64_t samples_dropped_ = 0;
};

}  // namespace troupe::media
