#include "actors/media/alsa_capture_device.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "actors/media/alsa_messages.hpp"
#include "protocol/failure.hpp"

namespace troupe::media {
namespace {

constexpr unsigned int period_us = 5'000;
constexpr unsigned int buffer_us = 200'000;

[[noreturn]] void refuse(const std::string& name, int error) {
  const auto reason = describe_alsa_error(error);
  if (error == -EACCES || error == -EPERM)
    throw failure{failure_kind::not_permitted,
                  fmt::format("the sound device \"{}\" may not be used: {}; let the user join the "
                              "group audio",
                              name, reason)};
  const auto* advice = error == -EBUSY
                           ? "end the program that uses it, or take a device that can be shared"
                           : "\"arecord -L\" lists the devices there are";
  throw failure{
      failure_kind::no_device,
      fmt::format("cannot capture from the sound device \"{}\": {}; {}", name, reason, advice)};
}

snd_pcm_t* open_device(const std::string& name) {
  catch_alsa_messages();
  (void)take_alsa_message();
  snd_pcm_t* handle = nullptr;
  const auto error =
      ::snd_pcm_open(&handle, name.c_str(), SND_PCM_STREAM_CAPTURE, SND_PCM_NONBLOCK);
  if (error < 0) refuse(name, error);
  return handle;
}

}  // namespace

void alsa_capture_device::closer::operator()(snd_pcm_t* handle) const { ::snd_pcm_close(handle); }

alsa_capture_device::alsa_capture_device(const std::string& name, pcm_shape wanted)
    : name_(name), handle_(open_device(name)) {
  configure(wanted);
  check(::snd_pcm_start(handle_.get()), "start");
}

void alsa_capture_device::configure(pcm_shape wanted) {
  auto* handle = handle_.get();
  snd_pcm_hw_params_t* allocated = nullptr;
  check(::snd_pcm_hw_params_malloc(&allocated), "allocate its parameters");
  const std::unique_ptr<snd_pcm_hw_params_t, decltype(&::snd_pcm_hw_params_free)> owner{
      allocated, ::snd_pcm_hw_params_free};
  auto* parameters = owner.get();

  check(::snd_pcm_hw_params_any(handle, parameters), "find out what it can do");
  // ALSA's own resampling is of a lesser quality than ours.
  check(::snd_pcm_hw_params_set_rate_resample(handle, parameters, 0), "use its own sample rate");
  check(::snd_pcm_hw_params_set_access(handle, parameters, SND_PCM_ACCESS_RW_INTERLEAVED),
        "get interleaved samples");
  choose_encoding(parameters);
  shape_ = wanted;
  check(::snd_pcm_hw_params_set_channels_near(handle, parameters, &shape_.channels),
        "set the number of channels");
  check(::snd_pcm_hw_params_set_rate_near(handle, parameters, &shape_.sample_rate_hz, nullptr),
        "set the sample rate");
  auto buffer = buffer_us;
  check(::snd_pcm_hw_params_set_buffer_time_near(handle, parameters, &buffer, nullptr),
        "set the length of its buffer");
  auto period = period_us;
  check(::snd_pcm_hw_params_set_period_time_near(handle, parameters, &period, nullptr),
        "set its period");
  check(::snd_pcm_hw_params(handle, parameters), "set it up");

  snd_pcm_uframes_t frames = 0;
  check(::snd_pcm_hw_params_get_buffer_size(parameters, &frames), "get the size of its buffer");
  buffer_frames_ = frames;
  samples_.resize(buffer_frames_ * shape_.channels);
  bytes_.resize(samples_.size() * bytes_per_sample(encoding_));
}

void alsa_capture_device::choose_encoding(snd_pcm_hw_params_t* parameters) {
  static constexpr std::array<std::pair<snd_pcm_format_t, sample_encoding>, 4> from_best{{
      {SND_PCM_FORMAT_FLOAT_LE, sample_encoding::float_32},
      {SND_PCM_FORMAT_S32_LE, sample_encoding::signed_32},
      {SND_PCM_FORMAT_S24_3LE, sample_encoding::signed_24_packed},
      {SND_PCM_FORMAT_S16_LE, sample_encoding::signed_16},
  }};
  int result = 0;
  for (const auto& [format, encoding] : from_best) {
    result = ::snd_pcm_hw_params_set_format(handle_.get(), parameters, format);
    encoding_ = encoding;
    if (result >= 0) return;
  }
  check(result, "get samples of 16, 24 or 32 bits or floats");
}

void alsa_capture_device::check(int result, const char* step) const {
  if (result >= 0) return;
  if (result == -ENODEV || result == -EBUSY) refuse(name_, result);
  throw failure{failure_kind::no_device,
                fmt::format("the sound device \"{0}\" cannot capture as needed (failed to {1}): "
                            "{2}; try plug:{0}, or another that \"arecord -L\" lists",
                            name_, step, describe_alsa_error(result))};
}

std::chrono::nanoseconds alsa_capture_device::duration_of(std::size_t frames) const {
  return std::chrono::nanoseconds{static_cast<std::int64_t>(frames) * 1'000'000'000 /
                                  shape_.sample_rate_hz};
}

std::chrono::nanoseconds alsa_capture_device::buffer_duration() const {
  return duration_of(buffer_frames_);
}

alsa_capture_device::reading alsa_capture_device::read(std::size_t frames) {
  auto* handle = handle_.get();
  // Not every plugin answers for a device that was pulled out.
  if (::snd_pcm_state(handle) == SND_PCM_STATE_DISCONNECTED) return {.error = -ENODEV};
  // Before the device is asked: held up in between, the estimate is too early, which is harmless.
  const auto asked = unix_now();
  const auto available = ::snd_pcm_avail(handle);
  if (available < 0) return {.error = static_cast<int>(available)};
  if (available == 0) return {};
  snd_pcm_sframes_t delay = 0;
  if (::snd_pcm_delay(handle, &delay) < 0 || delay < available) delay = available;
  const auto most = std::min({frames, static_cast<std::size_t>(available), buffer_frames_});
  const auto count = ::snd_pcm_readi(handle, bytes_.data(), most);
  if (count == -EAGAIN) return {};
  if (count < 0) return {.error = static_cast<int>(count)};
  const auto samples = std::span{samples_}.first(static_cast<std::size_t>(count) * shape_.channels);
  decode_samples(bytes_, encoding_, samples);
  return {.samples = samples,
          .left = static_cast<std::size_t>(available - count),
          .ended = asked - duration_of(static_cast<std::size_t>(delay - count))};
}

int alsa_capture_device::restart() {
  const auto result = ::snd_pcm_prepare(handle_.get());
  return result < 0 ? result : ::snd_pcm_start(handle_.get());
}

int alsa_capture_device::resume() {
  const auto result = ::snd_pcm_resume(handle_.get());
  if (result == -EAGAIN) return result;
  // Many drivers cannot resume, but start afresh; and some plugins say they did and did not.
  switch (::snd_pcm_state(handle_.get())) {
    case SND_PCM_STATE_RUNNING:
      return 0;
    case SND_PCM_STATE_SUSPENDED:
      return result == 0 ? -EAGAIN : restart();
    default:
      return restart();
  }
}

}  // namespace troupe::media
