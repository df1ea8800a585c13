#include "actors/media/wav_writer.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "actors/media/opus_decoder.hpp"
#include "protocol/failure.hpp"

namespace troupe::media {
namespace {

/// The sizes in a WAV file are 32-bit numbers; a little is left for its header.
constexpr std::uint64_t max_file_size = 0xFFFF'FFFFU - 4096U;

}  // namespace

wav_writer::wav_writer(std::string path) : access_{recording_file{std::move(path)}, 0, {}} {}

SF_VIRTUAL_IO wav_writer::virtual_io() {
  return {
      .get_filelen = [](void* user) -> sf_count_t {
        return static_cast<sf_count_t>(static_cast<file_access*>(user)->file.size());
      },
      .seek = [](sf_count_t offset, int whence, void* user) -> sf_count_t {
        auto& access = *static_cast<file_access*>(user);
        if (whence == SEEK_CUR) offset += access.position;
        if (whence == SEEK_END) offset += static_cast<sf_count_t>(access.file.size());
        return access.position = offset;
      },
      .read = [](void*, sf_count_t, void*) -> sf_count_t { return 0; },
      .write = [](const void* data, sf_count_t size, void* user) -> sf_count_t {
        auto& access = *static_cast<file_access*>(user);
        const std::span bytes{static_cast<const std::byte*>(data), static_cast<std::size_t>(size)};
        const auto error = access.file.write_at(static_cast<std::uint64_t>(access.position), bytes);
        if (error && !access.error) access.error = error;
        if (error) return 0;
        access.position += size;
        return size;
      },
      .tell = [](void* user) -> sf_count_t { return static_cast<file_access*>(user)->position; }};
}

std::uint32_t wav_writer::begin(const stream_format& format) {
  channels_ = format.channels;
  SF_INFO info{};
  info.samplerate = static_cast<int>(opus_decoder::sample_rate_hz);
  info.channels = static_cast<int>(channels_);
  info.format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  auto io = virtual_io();
  sound_.reset(sf_open_virtual(&io, SFM_WRITE, &info, &access_));
  give_up_on_error();
  if (!sound_) throw std::runtime_error{std::string{"libsndfile: "} + sf_strerror(nullptr)};
  return channels_;
}

output_state wav_writer::write(const sound_block& block) {
  if (access_.file.size() + block.pcm.size_bytes() > max_file_size) {
    refresh_header();
    throw failure{failure_kind::output_failed,
                  access_.file.path() +
                      ": a WAV file ends at 4 GiB; the recording is kept. For longer ones, give "
                      "the file a name that ends in .opus"};
  }
  const auto written = sf_writef_short(sound_.get(), block.pcm.data(), block.samples);
  samples_written_ += static_cast<std::uint64_t>(written);
  if (access_.error) refresh_header();
  give_up_on_error();
  if (samples_written_ - samples_in_header_ >= opus_decoder::sample_rate_hz) refresh_header();
  return output_state::open;
}

void wav_writer::finish() {
  if (sound_) {
    sound_.reset();
    give_up_on_error();
  }
  if (const auto error = access_.file.close()) access_.file.give_up(error, recorded());
}

std::string wav_writer::description() const { return "WAV file " + access_.file.path(); }

void wav_writer::refresh_header() {
  sf_command(sound_.get(), SFC_UPDATE_HEADER_NOW, nullptr, 0);
  samples_in_header_ = samples_written_;
}

void wav_writer::give_up_on_error() {
  if (access_.error) access_.file.give_up(access_.error, recorded());
}

std::chrono::nanoseconds wav_writer::recorded() const {
  return std::chrono::nanoseconds{samples_written_ * 1'000'000'000 / opus_decoder::sample_rate_hz};
}

}  // namespace troupe::media
