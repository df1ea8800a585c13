#pragma once

#include <memory>
#include <vector>

#include "actors/media/pcm_converter.hpp"
#include "actors/media/pcm_input.hpp"

using SNDFILE = struct sf_private_tag;

namespace troupe::media {

/// The sound of a file, in any format that libsndfile reads; once, or again and again without a
/// seam.
class file_input : public pcm_input {
 public:
  /// Throws failure: no_source, unreadable, unknown_format, empty_source.
  file_input(const file_source& source, pcm_shape shape);

  pcm_result read(std::span<float> samples) override;
  void reshape(pcm_shape shape) override { converter_.reshape(shape); }
  [[nodiscard]] bool can_seek() const override { return is_seekable_; }
  /// To the nearest sample of the file; the filter is in full swing there.
  void seek(std::chrono::nanoseconds place) override;
  [[nodiscard]] pcm_pace pace() const override { return pcm_pace::clock; }
  [[nodiscard]] std::string description() const override { return description_; }

 private:
  struct closer {
    void operator()(SNDFILE* file) const;
  };
  using handle = std::unique_ptr<SNDFILE, closer>;
  struct opened {
    handle file;
    pcm_shape shape;
    std::int64_t frames;
    bool is_seekable;
  };

  [[nodiscard]] static opened open(const std::string& path);
  file_input(const file_source& source, pcm_shape shape, opened sound);

  /// Moves `frames` frames, or fewer, from the file to the converter. At the end of the file it
  /// goes back to the start, or finishes the converter.
  void load(std::size_t frames);
  [[nodiscard]] std::size_t read_frames(std::size_t frames);
  [[nodiscard]] bool rewind();
  /// As if a loop had no end: to where in the file `frame` of the sound is.
  void go_to(std::int64_t frame);
  /// Where `place` is in the sound, in frames of the file.
  [[nodiscard]] std::int64_t frame_at(std::chrono::nanoseconds place) const;
  void report_damage() const;

  std::string path_;
  bool loop_;
  handle file_;
  std::int64_t frames_;  ///< as its header says
  bool is_seekable_;
  pcm_converter converter_;
  std::vector<float> block_;
  std::string description_;
};

}  // namespace troupe::media
