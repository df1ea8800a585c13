#include "actors/media/resampler.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include <soxr.h>

namespace troupe::media {
namespace {

/// Frames that are fetched at a time when the end is flushed.
constexpr std::size_t tail_block = 1024;

[[noreturn]] void refuse(soxr_error_t error) {
  throw std::runtime_error{std::string{"libsoxr: "} + error};
}

}  // namespace

void resampler::closer::operator()(soxr* engine) const { soxr_delete(engine); }

resampler::resampler(std::uint32_t from_hz, std::uint32_t to_hz, std::uint32_t channels)
    : from_hz_(from_hz), to_hz_(to_hz), channels_(channels) {
  if (from_hz == to_hz) return;
  const auto io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const auto quality = soxr_quality_spec(SOXR_HQ, 0);
  auto runtime = soxr_runtime_spec(1);
  // Live sound waits for each transform to be filled: shorter ones hold back half as much.
  runtime.log2_min_dft_size = 8;
  runtime.log2_large_dft_size = 8;
  soxr_error_t error = nullptr;
  engine_.reset(soxr_create(from_hz, to_hz, channels, &error, &io, &quality, &runtime));
  if (error != nullptr) refuse(error);
}

void resampler::process(std::span<const float> in, sample_fifo& out) {
  if (!engine_) {
    out.append(in);
    return;
  }
  while (!in.empty()) {
    const auto frames = in.size() / channels_;
    const auto expected = (std::uint64_t{frames} * to_hz_) / from_hz_ + 2;
    const auto taken = run(in.data(), frames, expected, out);
    in = in.subspan(taken * channels_);
  }
}

void resampler::finish(sample_fifo& out) {
  if (!engine_) return;
  const auto total = (2 * frames_in_ * to_hz_ + from_hz_) / (std::uint64_t{2} * from_hz_);
  for (auto before = frames_out_; frames_out_ < total; before = frames_out_) {
    run(nullptr, 0, tail_block, out);
    if (frames_out_ == before) break;
  }
  if (frames_out_ > total) {
    out.retract((frames_out_ - total) * channels_);
  } else {
    std::ranges::fill(out.extend((total - frames_out_) * channels_), 0.0F);
  }
  frames_out_ = total;
}

std::size_t resampler::run(const float* in, std::size_t frames, std::size_t room,
                           sample_fifo& out) {
  const auto place = out.extend(room * channels_);
  std::size_t taken = 0;
  std::size_t given = 0;
  const auto error = soxr_process(engine_.get(), in, frames, &taken, place.data(), room, &given);
  out.retract((room - given) * channels_);
  if (error != nullptr) refuse(error);
  frames_in_ += taken;
  frames_out_ += given;
  return taken;
}

}  // namespace troupe::media
