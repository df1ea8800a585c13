#include "actors/media/alsa_input.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>

#include <alsa/asoundlib.h>
#include <fmt/format.h>
#include <spdlog/fmt/fmt.h>

#include "actors/media/alsa_messages.hpp"
#include "actors/probe/journal.hpp"
#include "protocol/failure.hpp"

namespace troupe::media {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds shortest_wait = 500us;
constexpr std::chrono::nanoseconds suspended_wait = 100ms;
constexpr std::chrono::nanoseconds first_retry = 500ms;
constexpr std::chrono::nanoseconds slowest_retry = 2s;
/// A device that gives nothing for so long, though it says it runs, is opened anew.
constexpr std::chrono::nanoseconds longest_silence = 3s;
/// What a device may have beyond the time since its start, when its buffer was empty, and still
/// count as paced: drivers and sound servers hold some sound in advance.
constexpr std::chrono::nanoseconds start_margin = 150ms;
/// And what one that was waited for may give beyond its buffer and the time since then.
constexpr std::chrono::nanoseconds later_margin = 1s;
/// After a new start there is nothing yet.
constexpr std::chrono::nanoseconds restart_wait = 5ms;

steady_time steady_now() { return std::chrono::steady_clock::now(); }

}  // namespace

alsa_input::alsa_input(const alsa_source& source, pcm_shape shape)
    : name_(source.device),
      device_(std::in_place, name_, shape),
      converter_(device_->shape(), shape) {
  begin_stream();
}

std::string alsa_input::description() const {
  const auto& shape = converter_.from();
  return fmt::format("sound device {}, {} Hz, {} {}", name_, shape.sample_rate_hz, shape.channels,
                     shape.channels == 1 ? "channel" : "channels");
}

pcm_result alsa_input::read(std::span<float> samples) {
  const auto wanted = samples.size() / converter_.to().channels;
  while (converter_.available() < wanted)
    if (const auto wait = capture(converter_.input_needed(wanted))) return *wait;
  const auto duration = std::chrono::nanoseconds{static_cast<std::int64_t>(wanted) * 1'000'000'000 /
                                                 converter_.to().sample_rate_hz};
  captured_ = clock_.stamp(newest_ - converter_.pending(), duration, read_together());
  return converter_.deliver(samples);
}

std::optional<pcm_wait_for> alsa_input::capture(std::size_t frames) {
  if (!device_)
    if (const auto wait = reopen()) return wait;
  const auto reading = device_->read(frames);
  if (reading.error != 0) return recover(reading.error);
  take(reading);
  const auto count = reading.samples.size() / converter_.from().channels;
  if (count < frames) return wait_for_frames(frames - count);
  return std::nullopt;
}

void alsa_input::take(const alsa_capture_device::reading& reading) {
  if (reading.samples.empty()) return;
  newest_ = reading.ended;
  last_progress_ = steady_now();
  converter_.write(reading.samples);
  run_frames_ += reading.samples.size() / converter_.from().channels;
  if (pace_ == pcm_pace::device && is_too_fast(reading.left)) {
    pace_ = pcm_pace::clock;
    probe::tell(
        probe::event_kind::node, probe::event_level::info, name_,
        fmt::format("the sound device {} has no pace of its own: the clock paces it", name_));
  }
}

bool alsa_input::is_too_fast(std::size_t left) const {
  const auto margin = waited_ ? device_->buffer_duration() + later_margin : start_margin;
  return device_->duration_of(run_frames_ + left) > last_progress_ - run_began_ + margin;
}

pcm_wait_for alsa_input::wait_for_frames(std::size_t missing) {
  if (pace_ == pcm_pace::clock) {
    pace_ = pcm_pace::device;
    clock_.restart();
    probe::tell(probe::event_kind::node, probe::event_level::info, name_,
                fmt::format("the sound device {} has a pace of its own again", name_));
  }
  waited_ = true;
  begin_run();
  if (steady_now() - last_progress_ > longest_silence)
    return lose_device("it gives no sound any more");
  // A buffer may be shorter than a frame: it is emptied before it overflows.
  const auto wait = std::min(device_->duration_of(missing), device_->buffer_duration() / 2);
  return {std::max(shortest_wait, wait)};
}

void alsa_input::begin_run() {
  run_began_ = steady_now();
  run_frames_ = 0;
}

void alsa_input::begin_stream() {
  begin_run();
  last_progress_ = run_began_;
  waited_ = false;
  pace_ = pcm_pace::device;
  clock_.restart();
}

pcm_wait_for alsa_input::recover(int error) {
  if (error == -EPIPE) {
    error = recover_from_overrun();
  } else if (error == -ESTRPIPE) {
    error = device_->resume();
    if (error == -EAGAIN) {
      if (!suspended_)
        probe::tell(probe::event_kind::node, probe::event_level::warning, name_,
                    fmt::format("the sound device {} is suspended", name_));
      suspended_ = true;
      return {suspended_wait};
    }
    if (error == 0)
      probe::tell(probe::event_kind::node, probe::event_level::info, name_,
                  fmt::format("the sound device {} goes on after being suspended", name_));
  }
  if (error < 0) return lose_device(describe_alsa_error(error));
  suspended_ = false;
  begin_stream();
  return {restart_wait};
}

int alsa_input::recover_from_overrun() {
  ++counters_.xruns;
  if (std::has_single_bit(counters_.xruns))  // a fault that stays does not fill the log
    probe::tell(
        probe::event_kind::node, probe::event_level::warning, name_,
        fmt::format("the sound device {} had to drop sound: it was not read in time ({} so far)",
                    name_, counters_.xruns));
  return device_->restart();
}

pcm_wait_for alsa_input::lose_device(std::string_view reason) {
  probe::tell(probe::event_kind::node, probe::event_level::warning, name_,
              fmt::format("the sound device {} is gone: {}; it is tried again until it comes back",
                          name_, reason));
  device_.reset();
  suspended_ = false;
  ++counters_.device_losses;
  retry_delay_ = first_retry;
  retry_at_ = steady_now() + retry_delay_;
  return {retry_delay_};
}

std::optional<pcm_wait_for> alsa_input::reopen() {
  const auto now = steady_now();
  if (now < retry_at_) return pcm_wait_for{retry_at_ - now};
  if (!open_again()) {
    retry_delay_ = std::min(2 * retry_delay_, slowest_retry);
    retry_at_ = now + retry_delay_;
    return pcm_wait_for{retry_delay_};
  }
  ++counters_.device_returns;
  probe::tell(probe::event_kind::node, probe::event_level::info, name_,
              fmt::format("the sound device {} is back", name_));
  begin_stream();
  return std::nullopt;
}

bool alsa_input::open_again() {
  try {
    device_.emplace(name_, converter_.to());
  } catch (const failure&) {
    return false;  // It was told when the device went; what counts is when it comes back.
  }
  // Another device of the same name may have another shape; what it left in the filter is over.
  if (device_->shape() != converter_.from())
    converter_ = pcm_converter{device_->shape(), converter_.to()};
  return true;
}

}  // namespace troupe::media
