#include "actors/media/alsa_player.hpp"

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "actors/media/alsa_messages.hpp"
#include "actors/media/opus_decoder.hpp"
#include "protocol/failure.hpp"

namespace troupe::media {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t stereo = 2;
/// Twice as much as is to be waiting, so that sound may come a little early as well as late.
constexpr unsigned playback_buffer_us = 200'000;
constexpr auto longest_drain = 250ms;
constexpr auto drain_poll = 5ms;

failure refusal(const std::string& name, int error) {
  if (error == -EACCES || error == -EPERM)
    return {failure_kind::not_permitted, "alsa:" + name +
                                             ": no permission to use this device; being in the "
                                             "group audio usually gives it"};
  const auto reason =
      error == -EBUSY ? std::string{"another program plays on it"} : describe_alsa_error(error);
  return {failure_kind::no_device,
          "alsa:" + name + ": " + reason + "; aplay -L lists the devices there are"};
}

}  // namespace

alsa_player::alsa_player(std::string device) : name_(std::move(device)) {
  catch_alsa_messages();
  snd_pcm_t* opened = nullptr;
  const int error = snd_pcm_open(&opened, name_.c_str(), SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
  if (error < 0) throw refusal(name_, error);
  device_.reset(opened);
}

std::uint32_t alsa_player::begin(const stream_format&) {
  constexpr int with_resampling = 1;
  const int error =
      snd_pcm_set_params(device_.get(), SND_PCM_FORMAT_S16_LE, SND_PCM_ACCESS_RW_INTERLEAVED,
                         stereo, opus_decoder::sample_rate_hz, with_resampling, playback_buffer_us);
  if (error < 0) throw refusal(name_, error);
  start_when_filled();
  begun_ = true;
  return stereo;
}

/// Has the device begin to play when half of its buffer is filled.
void alsa_player::start_when_filled() {
  snd_pcm_uframes_t period_size = 0;
  int error = snd_pcm_get_params(device_.get(), &buffer_size_, &period_size);
  if (error < 0) throw refusal(name_, error);
  start_threshold_ = buffer_size_ / 2;
  snd_pcm_sw_params_t* parameters = nullptr;
  error = snd_pcm_sw_params_malloc(&parameters);
  if (error < 0) throw refusal(name_, error);
  const std::unique_ptr<snd_pcm_sw_params_t, decltype(&snd_pcm_sw_params_free)> owner{
      parameters, &snd_pcm_sw_params_free};
  error = snd_pcm_sw_params_current(device_.get(), parameters);
  if (error >= 0)
    error = snd_pcm_sw_params_set_start_threshold(device_.get(), parameters, start_threshold_);
  if (error >= 0) error = snd_pcm_sw_params(device_.get(), parameters);
  if (error < 0) throw refusal(name_, error);
}

bool alsa_player::has_enough() const {
  const auto room = snd_pcm_avail_update(device_.get());
  return room >= 0 && static_cast<snd_pcm_uframes_t>(room) + start_threshold_ <= buffer_size_;
}

snd_pcm_sframes_t alsa_player::offer(std::span<const std::int16_t> samples) {
  const auto count = samples.size() / stereo;
  auto taken = snd_pcm_writei(device_.get(), samples.data(), count);
  if (taken == -EPIPE || taken == -ESTRPIPE) {
    ++underruns_;
    if (snd_pcm_prepare(device_.get()) >= 0)
      taken = snd_pcm_writei(device_.get(), samples.data(), count);
  }
  if (taken == -EAGAIN) return 0;
  if (taken < 0)
    throw failure{failure_kind::output_failed, "alsa:" + name_ + ": the device failed: " +
                                                   describe_alsa_error(static_cast<int>(taken))};
  return taken;
}

output_state alsa_player::write(const sound_block& block) {
  if (block.packet.empty() && has_enough()) return output_state::open;
  const auto taken = static_cast<std::uint64_t>(offer(block.pcm));
  samples_dropped_ += block.samples - taken;
  return output_state::open;
}

/// Lets the device play what it has; not for ever, as a device may hang.
void alsa_player::finish() {
  if (!begun_) return;
  const auto deadline = std::chrono::steady_clock::now() + longest_drain;
  while (snd_pcm_drain(device_.get()) == -EAGAIN && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(drain_poll);
  snd_pcm_drop(device_.get());
}

std::string alsa_player::description() const { return "ALSA device " + name_; }

}  // namespace troupe::media
