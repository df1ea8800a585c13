#include "apps/bench/bare_encoder.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "actors/media/capture.hpp"
#include "actors/media/opus_encoder.hpp"
#include "apps/bench/process_cost.hpp"
#include "protocol/wire.hpp"

namespace troupe::bench {
namespace {

/// Encoded before it counts, as long as a live node has.
constexpr int warm_up_frames = 25;

class encoding_loop {
 public:
  explicit encoding_loop(const codec_settings& codec)
      : encoder_(codec),
        input_(media::open_pcm_input(tone_source{}, media::shape_for(codec))),
        samples_(std::size_t{codec.format().frame_size} * codec.format().channels) {}

  void encode_one() {
    static_cast<void>(input_->read(samples_));
    static_cast<void>(encoder_.encode(samples_, packet_));
  }

 private:
  media::opus_encoder encoder_;
  std::unique_ptr<media::pcm_input> input_;
  std::vector<float> samples_;
  std::array<std::byte, wire::max_payload_size> packet_{};
};

/// What encoding `frames` frames costs, one each `period`; without a pause where it is 0.
double cpu_us_per_frame(encoding_loop& loop, std::uint64_t frames,
                        std::chrono::nanoseconds period) {
  const auto began = process_cost::now();
  auto due = began.when;
  for (std::uint64_t i = 0; i < frames; ++i) {
    if (period.count() > 0) std::this_thread::sleep_until(due += period);
    loop.encode_one();
  }
  const std::chrono::duration<double, std::micro> cpu = process_cost::now().cpu - began.cpu;
  return cpu.count() / static_cast<double>(frames);
}

}  // namespace

nlohmann::json encode_bare(const codec_settings& codec, std::uint64_t frames,
                           std::chrono::nanoseconds period) {
  encoding_loop loop{codec};
  for (int i = 0; i < warm_up_frames; ++i) loop.encode_one();
  const auto paced = cpu_us_per_frame(loop, frames, period);
  const auto unpaced = cpu_us_per_frame(loop, frames, std::chrono::nanoseconds::zero());
  return {{"frames_encoded", frames},
          {"cpu_us_per_frame", paced},
          {"unpaced_cpu_us_per_frame", unpaced}};
}

}  // namespace troupe::bench
