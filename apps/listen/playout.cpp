#include "apps/listen/playout.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

namespace troupe::listening {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr auto longest_wait_for_format = 100ms;
constexpr auto longest_concealment = 100ms;
/// What a node may have queued when it was joined: the first gap may be so long at once.
constexpr nanoseconds unheard_time_to_begin_with = 1s;

constexpr std::int64_t samples_per_second = media::opus_decoder::sample_rate_hz;

std::uint32_t samples_in(nanoseconds duration) {
  return static_cast<std::uint32_t>(duration.count() * samples_per_second / 1'000'000'000);
}

}  // namespace

playout::playout(std::unique_ptr<media::sound_output> output, bool waits_for_format)
    : output_(std::move(output)),
      waits_for_format_(waits_for_format),
      unheard_time_(unheard_time_to_begin_with) {}

void playout::set_format(const stream_format& format) {
  told_format_ = format;
  if (begun_format_ && begun_format_->channels != format.channels)
    spdlog::info("the stream has {} channel(s) now; the output stays as it began, with {}",
                 format.channels, channels_);
  if (!waiting_.empty()) begin();
}

void playout::play(const arrived_frame& frame, const gap& before) {
  if (begun_format_) return put_out(frame, before);
  keep_until_format(frame, before);
  if (told_format_ || !waits_for_format_ || waiting_duration_ >= longest_wait_for_format) begin();
}

void playout::keep_until_format(const arrived_frame& frame, const gap& before) {
  waiting_.push_back({{frame.packet.begin(), frame.packet.end()}, frame, before});
  waiting_duration_ += frame.duration;
}

void playout::begin() {
  begun_format_ = told_format_.value_or(stream_format{});
  channels_ = output_->begin(*begun_format_);
  decoder_.emplace(channels_);
  silence_.resize(std::size_t{media::opus_decoder::max_samples} * channels_);
  for (auto& each : std::exchange(waiting_, {})) {
    each.frame.packet = each.packet;
    put_out(each.frame, each.before);
  }
}

void playout::put_out(const arrived_frame& frame, const gap& before) {
  const auto elapsed = frame.received - last_received_.value_or(frame.received);
  last_received_ = frame.received;
  unheard_time_ = std::max(unheard_time_ + elapsed - frame.duration, nanoseconds{0});
  if (before.frames > 0) make_up(before, frame.packet);
  decode(frame);
}

std::uint64_t playout::frames_to_make_up(const gap& before) const {
  const auto most = static_cast<std::uint64_t>(unheard_time_ / before.frame_duration);
  if (before.frames > most)
    spdlog::warn(
        "the node's clock jumped: its times say that {} frames are missing, but there was time for "
        "{} only",
        before.frames, most);
  return std::min(before.frames, most);
}

void playout::make_up(const gap& before, std::span<const std::byte> next_packet) {
  const auto frames = frames_to_make_up(before);
  counters_.missing_frames += frames;
  const auto samples = samples_in(before.frame_duration);
  const auto whole = before.frame_duration * static_cast<std::int64_t>(frames);
  unheard_time_ -= whole;
  auto concealed = nanoseconds{0};
  for (std::uint64_t left = frames; left > 0 && open(); --left) {
    concealed += before.frame_duration;
    if (concealed > longest_concealment) {
      write({}, std::span{silence_}.first(std::size_t{samples} * channels_));
    } else if (left == 1) {
      write({}, decoder_->recover(next_packet, samples));
    } else {
      write({}, decoder_->conceal(samples));
    }
  }
  // What the decoder remembers from before a long gap would come out as a bang.
  if (concealed > longest_concealment) decoder_->reset();
}

void playout::decode(const arrived_frame& frame) {
  const auto pcm = decoder_->decode(frame.packet);
  if (pcm) return write(frame.packet, *pcm);
  ++counters_.decode_errors;
  spdlog::debug("a frame of {} bytes cannot be decoded", frame.packet.size());
  write({}, decoder_->conceal(samples_in(frame.duration)));
}

void playout::write(std::span<const std::byte> packet, std::span<const std::int16_t> pcm) {
  if (!open()) return;
  recent_level_.add(pcm);
  const auto samples = static_cast<std::uint32_t>(pcm.size() / channels_);
  state_ = output_->write({packet, pcm, samples});
  samples_ += samples;
}

void playout::finish() {
  if (!waiting_.empty()) begin();
  output_->finish();
}

nanoseconds playout::length() const {
  // Whole seconds first: a product of all samples and nanoseconds overflows after two days.
  return std::chrono::seconds{samples_ / samples_per_second} +
         nanoseconds{samples_ % samples_per_second * 1'000'000'000 / samples_per_second};
}

level_meter playout::take_recent_level() {
  earlier_level_.add(recent_level_);
  return std::exchange(recent_level_, {});
}

level_meter playout::level() const {
  auto sum = earlier_level_;
  sum.add(recent_level_);
  return sum;
}

}  // namespace troupe::listening
