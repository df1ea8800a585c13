#pragma once

#include <optional>
#include <vector>

#include <sys/types.h>

#include "actors/media/capture_clock.hpp"
#include "actors/media/pcm_converter.hpp"
#include "actors/media/pcm_input.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::media {

/// Raw signed 16-bit little-endian samples from a FIFO, from a file, or from standard input.
///
/// It reads no more than it is asked for, so a writer that is ahead of the clock is held back. A
/// FIFO may wait for its first writer; when the last one has gone the sound is over.
class pipe_input : public pcm_input {
 public:
  /// Throws failure: no_source, unreadable, empty_source.
  pipe_input(const pipe_source& source, pcm_shape shape);

  pcm_result read(std::span<float> samples) override;
  void reshape(pcm_shape shape) override { converter_.reshape(shape); }
  [[nodiscard]] pcm_pace pace() const override;
  [[nodiscard]] unix_time captured() const override { return captured_; }
  [[nodiscard]] std::string description() const override;

 private:
  /// Moves what has come, at most `frames` frames, to the converter. Returns the descriptor to
  /// wait for if nothing has.
  std::optional<pcm_wait_readable> receive(std::size_t frames);
  [[nodiscard]] std::optional<pcm_wait_readable> no_bytes();
  [[nodiscard]] ssize_t read_bytes(std::span<std::byte> room) const;
  /// What can be polled from the descriptor now; 0 for nothing.
  [[nodiscard]] int events() const;
  void take(std::size_t count);
  void note_arrival();
  void finish();

  pipe_source source_;
  descriptor opened_;  ///< not set for standard input, which is not ours to close
  int number_;         ///< the descriptor that is read
  mode_t type_;        ///< as in stat: S_IFIFO, S_IFREG and so on
  bool awaits_writer_;
  pcm_converter converter_;
  std::size_t frame_bytes_;
  std::vector<std::byte> bytes_;
  std::size_t held_ = 0;  ///< bytes at the front of `bytes_` that are less than a frame
  std::vector<float> samples_;
  unix_time arrived_{};  ///< when the newest sample that was taken came
  capture_clock clock_;
  unix_time captured_{};
};

}  // namespace troupe::media
