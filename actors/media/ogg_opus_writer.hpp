#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <ogg/ogg.h>

#include "actors/media/recording_file.hpp"
#include "actors/media/sound_output.hpp"

namespace troupe::media {

/// Records Opus packets as they came into an Ogg Opus file (RFC 7845).
///
/// libopusenc would be the usual library, but it takes samples only and would encode them again;
/// libogg takes packets. Missing packets are stood in for as RFC 7845, section 4.1 recommends: by
/// packets whose frames are empty, so that a player conceals them and the time stays true.
///
/// The file is whole at any time but for the last second: a page is written at least each second,
/// and the last one in the file always carries the end-of-stream mark, so that a recording that
/// ends with the process, or with the room on the disk, ends properly.
class ogg_opus_writer final : public sound_output {
 public:
  explicit ogg_opus_writer(std::string path);
  ogg_opus_writer(const ogg_opus_writer&) = delete;
  ogg_opus_writer& operator=(const ogg_opus_writer&) = delete;
  ~ogg_opus_writer() override;

  std::uint32_t begin(const stream_format& format) override;
  output_state write(const sound_block& block) override;
  void finish() override;
  [[nodiscard]] std::string description() const override;

 private:
  /// The last page in the file: where its header is, and the header without the mark.
  struct page_place {
    std::uint64_t offset = 0;
    std::vector<std::byte> unmarked_header;
  };

  void write_headers(std::uint32_t frame_length);
  void add_packet(std::span<const std::byte> packet, std::uint32_t samples);
  void add_missing(std::uint32_t samples);
  void write_header_page(std::span<const std::byte> packet);
  void write_pages();
  void write_or_give_up(std::uint64_t offset, std::span<const std::byte> bytes);
  [[nodiscard]] std::chrono::nanoseconds recorded() const;

  recording_file file_;
  ogg_stream_state stream_{};
  stream_format format_;
  std::uint16_t pre_skip_ = 0;
  ogg_int64_t packet_number_ = 0;
  ogg_int64_t granule_position_ = 0;
  ogg_int64_t written_granule_position_ = 0;
  std::byte last_toc_;  ///< says mode, bandwidth, frame length and channels of the last packet
  page_place last_page_;
};

}  // namespace troupe::media
