#include "actors/media/ogg_opus_writer.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <opus/opus.h>

#include "actors/media/opus_decoder.hpp"
#include "protocol/little_endian.hpp"

namespace troupe::media {
namespace {

/// What libopus' encoder puts before the sound, in samples. How much the node's encoder put there
/// is long gone when we join; this much a player drops while its decoder settles. Of shorter frames
/// it drops one, so that a recording is never shorter than what was heard by more than that.
constexpr std::uint32_t usual_pre_skip = 312;
constexpr ogg_int64_t samples_per_page = opus_decoder::sample_rate_hz;

constexpr unsigned toc_config_mask = 0xF8;
constexpr unsigned toc_code_mask = 0x03;
constexpr unsigned toc_stereo = 0x04;
constexpr unsigned code_any_count = 3;
/// CELT, fullband, 20 ms: what a recording begins with if its first packet is missing.
constexpr std::byte toc_to_begin_with{(31U << 3U) | toc_stereo};
/// CELT, fullband, 2.5 ms: the frames that every gap is a multiple of.
constexpr unsigned toc_shortest_config = 28U << 3U;
constexpr std::uint32_t shortest_frame_samples = 120;

std::uint32_t frame_samples(std::byte toc) {
  const auto value = std::to_integer<unsigned char>(toc);
  return static_cast<std::uint32_t>(
      opus_packet_get_samples_per_frame(&value, opus_decoder::sample_rate_hz));
}

void append(std::vector<std::byte>& target, std::string_view text) {
  const auto bytes = std::as_bytes(std::span{text});
  target.insert(target.end(), bytes.begin(), bytes.end());
}

template <class T>
void append_number(std::vector<std::byte>& target, T value) {
  std::array<std::byte, sizeof(T)> bytes{};
  store_little_endian(value, bytes.data());
  target.insert(target.end(), bytes.begin(), bytes.end());
}

std::vector<std::byte> identification_header(const stream_format& format, std::uint16_t pre_skip) {
  constexpr std::uint8_t version = 1;
  constexpr std::uint8_t mono_or_stereo_mapping = 0;
  constexpr std::uint16_t output_gain = 0;
  std::vector<std::byte> header;
  append(header, "OpusHead");
  append_number(header, version);
  append_number(header, static_cast<std::uint8_t>(format.channels));
  append_number(header, pre_skip);
  append_number(header, format.sample_rate_hz);
  append_number(header, output_gain);
  append_number(header, mono_or_stereo_mapping);
  return header;
}

std::vector<std::byte> comment_header() {
  const std::string_view vendor = opus_get_version_string();
  constexpr std::string_view comment = "ENCODER=troupe-listen";
  std::vector<std::byte> header;
  append(header, "OpusTags");
  append_number(header, static_cast<std::uint32_t>(vendor.size()));
  append(header, vendor);
  append_number(header, std::uint32_t{1});
  append_number(header, static_cast<std::uint32_t>(comment.size()));
  append(header, comment);
  return header;
}

std::span<const std::byte> bytes_of(const unsigned char* data, long size) {
  return {reinterpret_cast<const std::byte*>(data), static_cast<std::size_t>(size)};
}

/// Sets or takes away the end-of-stream mark of a page.
void mark_end(ogg_page& page, bool is_end) {
  constexpr std::size_t flags_offset = 5;
  constexpr unsigned end_of_stream = 0x04;
  const unsigned flags = page.header[flags_offset];
  page.header[flags_offset] =
      static_cast<unsigned char>(is_end ? flags | end_of_stream : flags & ~end_of_stream);
  ogg_page_checksum_set(&page);
}

}  // namespace

ogg_opus_writer::ogg_opus_writer(std::string path)
    : file_(std::move(path)), last_toc_(toc_to_begin_with) {
  const auto serial_number = static_cast<int>(std::random_device{}());
  if (ogg_stream_init(&stream_, serial_number) != 0) throw std::bad_alloc{};
}

ogg_opus_writer::~ogg_opus_writer() { ogg_stream_clear(&stream_); }

std::uint32_t ogg_opus_writer::begin(const stream_format& format) {
  format_ = format;
  return format.channels;
}

/// Not before the first packet, which tells how long frames are.
void ogg_opus_writer::write_headers(std::uint32_t frame_length) {
  pre_skip_ = static_cast<std::uint16_t>(std::min(usual_pre_skip, frame_length));
  write_header_page(identification_header(format_, pre_skip_));
  write_header_page(comment_header());
}

output_state ogg_opus_writer::write(const sound_block& block) {
  if (packet_number_ == 0) write_headers(block.samples);
  if (block.packet.empty()) {
    add_missing(block.samples);
  } else {
    add_packet(block.packet, block.samples);
    last_toc_ = block.packet.front();
  }
  if (granule_position_ - written_granule_position_ >= samples_per_page) write_pages();
  return output_state::open;
}

void ogg_opus_writer::finish() {
  write_pages();
  if (const auto error = file_.close()) file_.give_up(error, recorded());
}

std::string ogg_opus_writer::description() const { return "Ogg Opus file " + file_.path(); }

void ogg_opus_writer::add_packet(std::span<const std::byte> packet, std::uint32_t samples) {
  granule_position_ += samples;
  // libogg's interface is older than const; it copies the packet.
  auto* data = const_cast<std::byte*>(packet.data());
  ogg_packet ogg{.packet = reinterpret_cast<unsigned char*>(data),
                 .bytes = static_cast<long>(packet.size()),
                 .b_o_s = packet_number_ == 0 ? 1 : 0,
                 .e_o_s = 0,
                 .granulepos = granule_position_,
                 .packetno = packet_number_};
  ++packet_number_;
  if (ogg_stream_packetin(&stream_, &ogg) != 0) throw std::bad_alloc{};
}

/// Frames as long as those before the gap suit a decoder's concealment best; what is left over is
/// made up of the shortest frames there are.
void ogg_opus_writer::add_missing(std::uint32_t samples) {
  const auto add = [this](unsigned config, std::uint32_t frame_length, std::uint32_t count) {
    const std::array<std::byte, 2> packet{static_cast<std::byte>(config | code_any_count),
                                          static_cast<std::byte>(count)};
    add_packet(packet, frame_length * count);
  };
  const auto toc = std::to_integer<unsigned>(last_toc_);
  const auto usual = frame_samples(last_toc_);
  const auto rest = samples % usual;
  if (samples >= usual) add(toc & ~toc_code_mask, usual, samples / usual);
  if (rest > 0)
    add(toc_shortest_config | (toc & ~(toc_config_mask | toc_code_mask)), shortest_frame_samples,
        rest / shortest_frame_samples);
}

void ogg_opus_writer::write_header_page(std::span<const std::byte> packet) {
  add_packet(packet, 0);
  ogg_page page{};
  while (ogg_stream_flush(&stream_, &page) != 0) {
    write_or_give_up(file_.size(), bytes_of(page.header, page.header_len));
    write_or_give_up(file_.size(), bytes_of(page.body, page.body_len));
  }
}

/// Writes all packets that wait. The new last page gets the end-of-stream mark before the page
/// that was the last one loses it.
void ogg_opus_writer::write_pages() {
  ogg_page page{};
  while (ogg_stream_flush(&stream_, &page) != 0) {
    const page_place place{.offset = file_.size(), .unmarked_header = [&] {
                             const auto header = bytes_of(page.header, page.header_len);
                             return std::vector<std::byte>{header.begin(), header.end()};
                           }()};
    mark_end(page, true);
    std::vector<std::byte> image;
    image.reserve(static_cast<std::size_t>(page.header_len + page.body_len));
    for (const auto part :
         {bytes_of(page.header, page.header_len), bytes_of(page.body, page.body_len)})
      image.insert(image.end(), part.begin(), part.end());
    write_or_give_up(place.offset, image);
    if (!last_page_.unmarked_header.empty())
      write_or_give_up(last_page_.offset, last_page_.unmarked_header);
    last_page_ = place;
    const auto granule_position = ogg_page_granulepos(&page);
    if (granule_position >= 0) written_granule_position_ = granule_position;
  }
}

void ogg_opus_writer::write_or_give_up(std::uint64_t offset, std::span<const std::byte> bytes) {
  if (const auto error = file_.write_at(offset, bytes)) file_.give_up(error, recorded());
}

std::chrono::nanoseconds ogg_opus_writer::recorded() const {
  const auto samples = std::max<ogg_int64_t>(0, written_granule_position_ - pre_skip_);
  // Whole seconds first: a product of all samples and nanoseconds overflows after two days.
  return std::chrono::seconds{samples / opus_decoder::sample_rate_hz} +
         std::chrono::nanoseconds{samples % opus_decoder::sample_rate_hz * 1'000'000'000 /
                                  opus_decoder::sample_rate_hz};
}

}  // namespace troupe::media
