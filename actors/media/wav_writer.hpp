#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <system_error>

#include <sndfile.h>

#include "actors/media/recording_file.hpp"
#include "actors/media/sound_output.hpp"

namespace troupe::media {

/// Records decoded sound as a WAV file: 48 kHz, 16 bits. Its header is brought up to date each
/// second, so that the file can be read while it grows, and after the process was killed.
class wav_writer final : public sound_output {
 public:
  explicit wav_writer(std::string path);

  std::uint32_t begin(const stream_format& format) override;
  output_state write(const sound_block& block) override;
  void finish() override;
  [[nodiscard]] std::string description() const override;

 private:
  /// The file as libsndfile sees it. What goes wrong is kept, as C code cannot pass it on.
  struct file_access {
    recording_file file;
    std::int64_t position = 0;
    std::error_code error;
  };
  struct close_sound {
    void operator()(SNDFILE* sound) const { sf_close(sound); }
  };

  static SF_VIRTUAL_IO virtual_io();
  void refresh_header();
  void give_up_on_error();
  [[nodiscard]] std::chrono::nanoseconds recorded() const;

  file_access access_;
  std::unique_ptr<SNDFILE, close_sound> sound_;
  std::uint32_t channels_ = 0;
  std::uint64_t samples_written_ = 0;
  std::uint64_t samples_in_header_ = 0;
};

}  // namespace troupe::media
