/// A plugin for ALSA that stands in for a sound card: it captures in real time, by the monotonic
/// clock, and breaks down when it is told to.
///
///     pcm_type.stage { lib "/path/to/libasound_module_pcm_stage.so" }
///     pcm.NAME {
///       type stage
///       faults "/directory"     # see below
///       signal "ramp"           # or "tone", 1 kHz at half of full scale
///       format "S16_LE"         # or "S24_3LE", "S32_LE", "FLOAT_LE"
///       rate 48000
///       channels 2
///       buffer 1920             # frames that its buffer holds; as it is asked for if left out
///     }
///
/// A ramp's sample n, counted from the start of the stream, is n modulo 32768, of 32768. Frames
/// that nobody captured are left out of it, as they are lost to a listener.
///
/// Faults are files in that directory: while `gone` exists, a running stream is disconnected and
/// none can be opened; while `busy` exists, none can be opened; while `stalled` exists, no sound
/// comes; while `suspended` exists, the stream is, and cannot be resumed. `overrun` is removed and
/// makes the stream overrun once.
#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <numbers>
#include <string>
#include <string_view>

#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <unistd.h>

namespace {

using monotonic_clock = std::chrono::steady_clock;

class stage {
 public:
  struct settings {
    std::string faults;
    std::string signal = "ramp";
    std::string format = "S16_LE";
    long rate = 48'000;
    long channels = 2;
    long buffer = 0;  ///< in frames; 0 for any
  };

  stage(settings chosen, const snd_pcm_ioplug_callback_t& callbacks)
      : settings_(std::move(chosen)) {
    plugin_.version = SND_PCM_IOPLUG_VERSION;
    plugin_.name = "Troupe's stage";
    plugin_.poll_fd = -1;
    plugin_.callback = &callbacks;
    plugin_.private_data = this;
  }

  static stage& of(snd_pcm_ioplug_t* plugin) { return *static_cast<stage*>(plugin->private_data); }
  snd_pcm_ioplug_t* plugin() { return &plugin_; }

  [[nodiscard]] bool has(std::string_view fault) const {
    return ::access(path_of(fault).c_str(), F_OK) == 0;
  }

  int constrain();
  void start();
  void stop() { running_ = false; }
  snd_pcm_sframes_t pointer();
  int resume();
  void transfer(const snd_pcm_channel_area_t* areas, snd_pcm_uframes_t offset,
                snd_pcm_uframes_t frames);

 private:
  int constrain_buffer();
  [[nodiscard]] std::string path_of(std::string_view fault) const {
    return settings_.faults + "/" + std::string{fault};
  }
  bool take(std::string_view fault) const { return ::unlink(path_of(fault).c_str()) == 0; }
  [[nodiscard]] std::uint64_t captured() const;
  [[nodiscard]] double sample(std::uint64_t index) const;
  void store(double value, std::byte* at) const;

  settings settings_;
  snd_pcm_ioplug_t plugin_{};
  bool running_ = false;
  monotonic_clock::time_point first_start_{};
  std::uint64_t begin_ = 0;    ///< frames since the first start when this run was started
  std::uint64_t read_ = 0;     ///< frames that were read in this run
  std::uint64_t last_hw_ = 0;  ///< frames that were captured in this run, when last looked at
};

int stage::constrain() {
  const std::array<unsigned, 1> access{SND_PCM_ACCESS_RW_INTERLEAVED};
  const std::array<unsigned, 1> format{
      static_cast<unsigned>(::snd_pcm_format_value(settings_.format.c_str()))};
  const auto rate = static_cast<unsigned>(settings_.rate);
  const auto channels = static_cast<unsigned>(settings_.channels);
  int result = ::snd_pcm_ioplug_set_param_list(&plugin_, SND_PCM_IOPLUG_HW_ACCESS, access.size(),
                                               access.data());
  if (result >= 0)
    result = ::snd_pcm_ioplug_set_param_list(&plugin_, SND_PCM_IOPLUG_HW_FORMAT, format.size(),
                                             format.data());
  if (result >= 0)
    result = ::snd_pcm_ioplug_set_param_minmax(&plugin_, SND_PCM_IOPLUG_HW_RATE, rate, rate);
  if (result >= 0)
    result =
        ::snd_pcm_ioplug_set_param_minmax(&plugin_, SND_PCM_IOPLUG_HW_CHANNELS, channels, channels);
  return result < 0 || settings_.buffer == 0 ? result : constrain_buffer();
}

int stage::constrain_buffer() {
  const auto samples = static_cast<std::size_t>(settings_.buffer * settings_.channels);
  const auto bytes = static_cast<unsigned>(
      ::snd_pcm_format_size(::snd_pcm_format_value(settings_.format.c_str()), samples));
  return ::snd_pcm_ioplug_set_param_minmax(&plugin_, SND_PCM_IOPLUG_HW_BUFFER_BYTES, bytes, bytes);
}

void stage::start() {
  if (first_start_ == monotonic_clock::time_point{}) first_start_ = monotonic_clock::now();
  begin_ = 0;
  begin_ = captured();
  read_ = 0;
  last_hw_ = 0;
  running_ = true;
}

std::uint64_t stage::captured() const {
  const auto elapsed = std::chrono::nanoseconds{monotonic_clock::now() - first_start_};
  const auto frames = static_cast<std::uint64_t>(elapsed.count()) * plugin_.rate / 1'000'000'000;
  return frames - begin_;
}

snd_pcm_sframes_t stage::pointer() {
  if (has("gone")) {
    ::snd_pcm_ioplug_set_state(&plugin_, SND_PCM_STATE_DISCONNECTED);
  } else if (has("suspended")) {
    ::snd_pcm_ioplug_set_state(&plugin_, SND_PCM_STATE_SUSPENDED);
  } else if (running_ && plugin_.state == SND_PCM_STATE_RUNNING && !has("stalled")) {
    last_hw_ = captured();
    if (take("overrun") || last_hw_ - read_ > plugin_.buffer_size) return -EPIPE;
  }
  return static_cast<snd_pcm_sframes_t>(last_hw_ % plugin_.buffer_size);
}

int stage::resume() {
  if (has("suspended")) return -EAGAIN;
  // As with many drivers, the stream then has to be started anew.
  return ::snd_pcm_ioplug_set_state(&plugin_, SND_PCM_STATE_PREPARED);
}

double stage::sample(std::uint64_t index) const {
  if (settings_.signal == "ramp") return static_cast<double>(index % 32'768) / 32'768;
  const auto turns = std::fmod(static_cast<double>(index) * 1'000 / plugin_.rate, 1.0);
  return 0.5 * std::sin(2 * std::numbers::pi * turns);
}

void stage::store(double value, std::byte* at) const {
  const auto word = static_cast<std::uint32_t>(static_cast<std::int32_t>(value * 0x1p31));
  const auto bytes = [&](unsigned count) {
    for (unsigned i = 0; i < count; ++i)
      at[i] = static_cast<std::byte>((word >> (32 - 8 * count + 8 * i)) & 0xFFU);
  };
  switch (plugin_.format) {
    case SND_PCM_FORMAT_S16_LE:
      bytes(2);
      break;
    case SND_PCM_FORMAT_S24_3LE:
      bytes(3);
      break;
    case SND_PCM_FORMAT_S32_LE:
      bytes(4);
      break;
    default: {
      const auto number = static_cast<float>(value);
      std::memcpy(at, &number, sizeof number);
    }
  }
}

void stage::transfer(const snd_pcm_channel_area_t* areas, snd_pcm_uframes_t offset,
                     snd_pcm_uframes_t frames) {
  for (snd_pcm_uframes_t i = 0; i < frames; ++i) {
    const auto value = sample(begin_ + read_ + i);
    for (unsigned channel = 0; channel < plugin_.channels; ++channel) {
      const auto& area = areas[channel];
      store(value,
            static_cast<std::byte*>(area.addr) + (area.first + (offset + i) * area.step) / 8);
    }
  }
  read_ += frames;
}

const snd_pcm_ioplug_callback_t& callbacks() {
  static const auto table = [] {
    snd_pcm_ioplug_callback_t result{};
    result.start = [](snd_pcm_ioplug_t* plugin) {
      stage::of(plugin).start();
      return 0;
    };
    result.stop = [](snd_pcm_ioplug_t* plugin) {
      stage::of(plugin).stop();
      return 0;
    };
    result.pointer = [](snd_pcm_ioplug_t* plugin) { return stage::of(plugin).pointer(); };
    result.transfer = [](snd_pcm_ioplug_t* plugin, const snd_pcm_channel_area_t* areas,
                         snd_pcm_uframes_t offset, snd_pcm_uframes_t frames) {
      stage::of(plugin).transfer(areas, offset, frames);
      return static_cast<snd_pcm_sframes_t>(frames);
    };
    result.resume = [](snd_pcm_ioplug_t* plugin) { return stage::of(plugin).resume(); };
    result.close = [](snd_pcm_ioplug_t* plugin) {
      delete &stage::of(plugin);
      return 0;
    };
    return result;
  }();
  return table;
}

/// Returns 0, or an error if `node` is not an entry of ours.
int read_setting(snd_config_t* node, stage::settings& settings) {
  const char* key = nullptr;
  const char* text = nullptr;
  if (::snd_config_get_id(node, &key) < 0) return -EINVAL;
  const std::string_view name = key;
  if (name == "type" || name == "comment" || name == "hint") return 0;
  if (name == "rate") return ::snd_config_get_integer(node, &settings.rate);
  if (name == "channels") return ::snd_config_get_integer(node, &settings.channels);
  if (name == "buffer") return ::snd_config_get_integer(node, &settings.buffer);
  if (::snd_config_get_string(node, &text) < 0) return -EINVAL;
  if (name == "faults") settings.faults = text;
  if (name == "signal") settings.signal = text;
  if (name == "format") settings.format = text;
  return name == "faults" || name == "signal" || name == "format" ? 0 : -EINVAL;
}

int open_stage(snd_pcm_t** pcm, const char* name, snd_config_t* configuration,
               snd_pcm_stream_t stream, int mode) {
  if (stream != SND_PCM_STREAM_CAPTURE) return -EINVAL;
  stage::settings settings;
  snd_config_iterator_t at = nullptr;
  snd_config_iterator_t next = nullptr;
  snd_config_for_each(at, next, configuration) {
    if (read_setting(::snd_config_iterator_entry(at), settings) < 0) return -EINVAL;
  }
  auto opened = std::make_unique<stage>(std::move(settings), callbacks());
  if (opened->has("gone")) return -ENODEV;
  if (opened->has("busy")) return -EBUSY;
  auto* plugin = opened->plugin();
  if (const int error = ::snd_pcm_ioplug_create(plugin, name, stream, mode); error < 0)
    return error;
  auto* owned_by_alsa = opened.release();
  if (const int error = owned_by_alsa->constrain(); error < 0) {
    ::snd_pcm_ioplug_delete(plugin);
    return error;
  }
  *pcm = plugin->pcm;
  return 0;
}

}  // namespace

extern "C" {

SND_PCM_PLUGIN_DEFINE_FUNC(stage) {
  (void)root;
  return open_stage(pcmp, name, conf, stream, mode);
}

SND_PCM_PLUGIN_SYMBOL(stage)
}
