#include "actors/media/alsa_input.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <alsa/asoundlib.h>
#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/alsa/alsa_stage.hpp"
#include "tests/unit/media/test_sound.hpp"

using namespace troupe;
using namespace troupe::media;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr pcm_shape stereo{.sample_rate_hz = 48'000, .channels = 2};
constexpr pcm_shape mono{.sample_rate_hz = 48'000, .channels = 1};
constexpr std::size_t frame_samples = 1'920;  // 20 ms in stereo

/// The positions in a stage's ramp of the left channel, as whole numbers.
std::vector<long> positions(std::span<const float> sound, std::size_t channels = 2) {
  std::vector<long> result;
  for (std::size_t i = 0; i < sound.size(); i += channels)
    result.push_back(std::lround(sound[i] * 32'768));
  return result;
}

/// The places where something is missing in a ramp, and how much.
std::vector<long> gaps(std::span<const float> sound) {
  std::vector<long> result;
  const auto found = positions(sound);
  for (std::size_t i = 1; i < found.size(); ++i) {
    const auto missing = (found[i] - found[i - 1] - 1 + 32'768) % 32'768;
    if (missing != 0) result.push_back(missing);
  }
  return result;
}

/// Reads until the device's counters say so, waiting as asked until then; gives up after 10 s.
template <class Condition>
void read_until(alsa_input& input, Condition condition) {
  std::vector<float> frame(frame_samples);
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  for (;;) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    const auto answer = input.read(frame);
    if (condition(input.counters())) return;
    (void)wait_as_asked(answer);
  }
}

}  // namespace

TEST_CASE("a sound device that is not there is refused, with advice") {
  const alsa_stage stage;
  const auto told = refusal_of([] { (void)alsa_input{{.device = "no_such_device"}, stereo}; });
  REQUIRE(told.refused);
  CHECK(told.kind == failure_kind::no_device);
  CHECK(told.message.find("\"no_such_device\"") != std::string::npos);
  CHECK(told.message.find("arecord -L") != std::string::npos);
}

TEST_CASE("a sound device that is in use is refused") {
  const alsa_stage stage;
  stage.begin_fault("busy");
  const auto told = refusal_of([] { (void)alsa_input{{.device = "stage"}, stereo}; });
  REQUIRE(told.refused);
  CHECK(told.kind == failure_kind::no_device);
  CHECK(told.message.find("\"stage\"") != std::string::npos);
  CHECK(told.message.find("end the program that uses it") != std::string::npos);
}

TEST_CASE("libasound writes nothing to stderr by itself") {
  const alsa_stage stage;
  const scratch_directory scratch;
  std::fflush(stderr);
  const int kept = ::dup(STDERR_FILENO);
  REQUIRE(std::freopen(scratch.path("stderr").c_str(), "w", stderr) != nullptr);
  (void)refusal_of([] { (void)alsa_input{{.device = "no_such_device"}, stereo}; });
  std::fflush(stderr);
  ::dup2(kept, STDERR_FILENO);
  ::close(kept);
  CHECK(std::filesystem::file_size(scratch.path("stderr")) == 0);
}

TEST_CASE("a device captures in real time, without a gap, with even timestamps") {
  const alsa_stage stage;
  alsa_input input{{.device = "stage"}, stereo};
  std::vector<float> frame(frame_samples);
  std::vector<float> sound;
  std::vector<unix_time> stamps;
  const auto began = std::chrono::steady_clock::now();
  while (stamps.size() < 100) {
    const auto answer = input.read(frame);
    if (wait_as_asked(answer)) continue;
    REQUIRE(std::holds_alternative<pcm_ready>(answer));
    sound.insert(sound.end(), frame.begin(), frame.end());
    stamps.push_back(input.captured());
    // The first sample is a frame's duration old, and more by what the scheduler took.
    CHECK(stamps.back() + 15ms < unix_now());
  }
  CHECK(std::chrono::steady_clock::now() - began >= 1'999ms);
  CHECK(input.pace() == pcm_pace::device);
  if (input.counters().xruns > 0) return;  // a machine too busy for this
  CHECK(positions(sound).front() < 48);
  CHECK(gaps(sound).empty());
  for (std::size_t i = 1; i < stamps.size(); ++i)
    CHECK(std::chrono::abs(stamps[i] - stamps[i - 1] - 20ms) <= 1ms);
}

TEST_CASE("a device is asked again no more often than sound comes") {
  const alsa_stage stage;
  alsa_input input{{.device = "stage"}, stereo};
  std::vector<float> frame(frame_samples);
  int waits = 0;
  for (int frames = 0; frames < 25;) {
    if (wait_as_asked(input.read(frame)))
      ++waits;
    else
      ++frames;
  }
  CHECK(waits <= 60);
}

TEST_CASE("a device whose buffer is shorter than a frame is read before it overruns") {
  alsa_stage stage;
  stage.define_stage("short", "signal \"ramp\" buffer 1920");
  alsa_input input{{.device = "short"}, stereo};
  constexpr auto long_frame_samples = 3 * frame_samples;  // 60 ms; the buffer holds 40 ms
  std::vector<float> frame(long_frame_samples);
  const auto answer = input.read(frame);
  REQUIRE(std::holds_alternative<pcm_wait_for>(answer));
  CHECK(std::get<pcm_wait_for>(answer).duration <= 20ms);
  const auto sound = read_waiting(input, long_frame_samples, 10);
  // It would overrun a dozen times in each frame; a busy machine lets it do so now and then.
  CHECK(input.counters().xruns < 10);
  CHECK(gaps(sound).size() <= input.counters().xruns);
}

TEST_CASE("each encoding that a device may have gives the same sound") {
  alsa_stage stage;
  for (const std::string format : {"S16_LE", "S24_3LE", "S32_LE", "FLOAT_LE"}) {
    stage.define_stage("other_" + format, "format \"" + format + "\"");
    alsa_input input{{.device = "other_" + format}, stereo};
    const auto sound = read_waiting(input, frame_samples, 5);
    if (input.counters().xruns == 0) CHECK(gaps(sound).empty());
    CHECK(channel_of(sound, 2, 0) == channel_of(sound, 2, 1));
  }
}

TEST_CASE("a device of another rate and other channels is converted") {
  alsa_stage stage;
  stage.define_stage("headset", "signal \"tone\" rate 16000 channels 1");
  alsa_input input{{.device = "headset"}, stereo};
  CHECK(input.description() == "sound device headset, 16000 Hz, 1 channel");
  const auto sound = read_waiting(input, frame_samples, 25);
  CHECK(channel_of(sound, 2, 0) == channel_of(sound, 2, 1));
  if (input.counters().xruns > 0) return;
  const auto left = channel_of(sound, 2, 0);
  CHECK(signal_to_noise_db(std::span{left}.subspan(2'000), 1'000, 48'000) > 80);
}

TEST_CASE("a device goes on without a gap in another shape") {
  const alsa_stage stage;
  alsa_input input{{.device = "stage"}, stereo};
  const auto before = positions(read_waiting(input, frame_samples, 3));
  input.reshape(mono);
  const auto after = positions(read_waiting(input, 960, 3), 1);
  if (input.counters().xruns > 0) return;
  CHECK(after.front() == before.back() + 1);
}

TEST_CASE("what an overrun lost is counted, and capturing goes on") {
  const alsa_stage stage;
  alsa_input input{{.device = "stage"}, stereo};
  auto sound = read_waiting(input, frame_samples, 5);
  const auto before = input.captured();
  stage.begin_fault("overrun");
  const auto more = read_waiting(input, frame_samples, 10);
  sound.insert(sound.end(), more.begin(), more.end());
  CHECK_FALSE(stage.has_fault("overrun"));
  CHECK(input.counters().xruns >= 1);
  CHECK(input.counters().device_losses == 0);
  CHECK(gaps(sound).size() <= input.counters().xruns);
  CHECK(input.captured() > before + 199ms);
}

TEST_CASE("a reader that comes too late overruns the device, and is told so") {
  const alsa_stage stage;
  alsa_input input{{.device = "stage"}, stereo};
  (void)read_waiting(input, frame_samples, 2);
  std::this_thread::sleep_for(400ms);  // The device's buffer holds 200 ms.
  const auto asked = unix_now();
  (void)read_waiting(input, frame_samples, 3);
  CHECK(input.counters().xruns >= 1);
  // The timestamps leave out what was lost.
  CHECK(input.captured() > asked - 25ms);
}

TEST_CASE("a device that goes away is tried until it is back, and then it goes on") {
  const alsa_stage stage;
  alsa_input input{{.device = "stage"}, stereo};
  (void)read_waiting(input, frame_samples, 5);
  stage.begin_fault("gone");
  read_until(input, [](const auto& counters) { return counters.device_losses == 1; });
  std::vector<float> frame(frame_samples);
  // Without waiting as long as was asked nothing is tried.
  const auto answer = input.read(frame);
  REQUIRE(std::holds_alternative<pcm_wait_for>(answer));
  CHECK(std::get<pcm_wait_for>(answer).duration > 0ms);
  CHECK(std::get<pcm_wait_for>(answer).duration <= 500ms);
  CHECK(wait_as_asked(answer));
  // It is still away: the next try is twice as far off.
  const auto second = input.read(frame);
  REQUIRE(std::holds_alternative<pcm_wait_for>(second));
  CHECK(std::get<pcm_wait_for>(second).duration == 1s);
  stage.end_fault("gone");
  read_until(input, [](const auto& counters) { return counters.device_returns == 1; });
  (void)read_waiting(input, frame_samples, 5);
  CHECK(unix_now() - input.captured() < 500ms);
  CHECK(input.counters().device_losses == 1);
}

TEST_CASE("a device that comes back with another shape is converted from that") {
  alsa_stage stage;
  stage.define_stage("usb", "signal \"tone\"");
  alsa_input input{{.device = "usb"}, stereo};
  (void)read_waiting(input, frame_samples, 2);
  stage.begin_fault("gone");
  read_until(input, [](const auto& counters) { return counters.device_losses == 1; });
  stage.end_fault("gone");
  stage.define_stage("!usb", "signal \"tone\" rate 16000 channels 1 format \"S32_LE\"");
  read_until(input, [](const auto& counters) { return counters.device_returns == 1; });
  const auto sound = read_waiting(input, frame_samples, 15);
  CHECK(input.description() == "sound device usb, 16000 Hz, 1 channel");
  if (input.counters().xruns > 0) return;
  const auto left = channel_of(sound, 2, 0);
  CHECK(signal_to_noise_db(std::span{left}.subspan(2'000), 1'000, 48'000) > 80);
}

TEST_CASE("a device that is suspended goes on when it is resumed") {
  const alsa_stage stage;
  alsa_input input{{.device = "stage"}, stereo};
  (void)read_waiting(input, frame_samples, 2);
  stage.begin_fault("suspended");
  std::vector<float> frame(frame_samples);
  for (int i = 0; i < 3; ++i) {
    const auto answer = input.read(frame);
    REQUIRE(wait_as_asked(answer));
  }
  stage.end_fault("suspended");
  const auto sound = read_waiting(input, frame_samples, 3);
  CHECK(gaps(sound).empty());
  CHECK(input.counters().xruns == 0);
  CHECK(input.counters().device_losses == 0);
  CHECK(unix_now() - input.captured() < 500ms);
}

TEST_CASE("a device that gives no sound any more is opened anew") {
  const alsa_stage stage;
  alsa_input input{{.device = "stage"}, stereo};
  (void)read_waiting(input, frame_samples, 2);
  stage.begin_fault("stalled");
  read_until(input, [](const auto& counters) { return counters.device_losses == 1; });
  stage.end_fault("stalled");
  (void)read_waiting(input, frame_samples, 2);
  CHECK(input.counters().device_returns == 1);
}

TEST_CASE("a device without a pace of its own is paced by the clock, from its first frame on") {
  const alsa_stage stage;
  alsa_input input{{.device = "nothing"}, stereo};
  const auto sound = read_ready(input, frame_samples, 1);
  CHECK(input.pace() == pcm_pace::clock);
  CHECK(std::ranges::all_of(sound, [](float sample) { return sample == 0; }));
  (void)read_ready(input, frame_samples, 1'000);
  CHECK(input.counters().xruns == 0);
}

TEST_CASE("what ALSA's file plugin reads from a file is what comes out") {
  alsa_stage stage;
  const auto sound = ramp(30'000, 2);
  const auto path = (stage.directory() / "in.raw").string();
  write_bytes(path, std::as_bytes(std::span{sound}));
  stage.define("from_file",
               "type file slave.pcm nothing file \"/dev/null\" format raw infile \"" + path + "\"");
  alsa_input input{{.device = "from_file"}, stereo};
  const auto read = read_ready(input, frame_samples, 31);
  CHECK(std::ranges::equal(read, std::span{sound}.first(read.size())));
  CHECK(input.pace() == pcm_pace::clock);
}

TEST_CASE("ALSA's file plugin around a device in real time records what we hear") {
  alsa_stage stage;
  const auto path = (stage.directory() / "heard.raw").string();
  stage.define("recorded", "type file slave.pcm stage file \"" + path + "\" format raw");
  std::vector<float> sound;
  {
    alsa_input input{{.device = "recorded"}, stereo};
    sound = read_waiting(input, frame_samples, 20);
    stage.begin_fault("overrun");
    const auto more = read_waiting(input, frame_samples, 20);
    sound.insert(sound.end(), more.begin(), more.end());
    CHECK(input.counters().xruns >= 1);
    CHECK(input.pace() == pcm_pace::device);
  }
  CHECK(gaps(sound).size() <= 2);
  CHECK(std::filesystem::file_size(path) >= sound.size() * 2 - 200);
}
