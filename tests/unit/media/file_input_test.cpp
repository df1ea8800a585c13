#include "actors/media/file_input.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <vector>

#include <doctest/doctest.h>
#include <sndfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/media/test_sound.hpp"
#include "tests/unit/support/bytes.hpp"

using namespace troupe;
using namespace troupe::media;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr pcm_shape stereo{.sample_rate_hz = 48'000, .channels = 2};
constexpr pcm_shape mono{.sample_rate_hz = 48'000, .channels = 1};
constexpr pcm_shape cd_mono{.sample_rate_hz = 44'100, .channels = 1};

refusal refusal_of_file(const std::string& path) {
  return refusal_of([&] { (void)file_input{{.path = path}, stereo}; });
}

/// Makes the process another user's for a while, if it may: to root no file is forbidden.
class unprivileged {
 public:
  unprivileged() : is_root_(::geteuid() == 0) {
    if (is_root_) REQUIRE(::seteuid(65'534) == 0);
  }
  ~unprivileged() {
    if (is_root_) (void)!::seteuid(0);
  }
  unprivileged(const unprivileged&) = delete;
  unprivileged& operator=(const unprivileged&) = delete;

 private:
  bool is_root_;
};

float largest_difference(std::span<const float> left, std::span<const float> right) {
  REQUIRE(left.size() == right.size());
  float worst = 0;
  for (std::size_t i = 0; i < left.size(); ++i)
    worst = std::max(worst, std::abs(left[i] - right[i]));
  return worst;
}

void check_told(const refusal& told, failure_kind kind, const std::string& what,
                const std::string& why) {
  REQUIRE(told.refused);
  CHECK(told.kind == kind);
  CHECK_MESSAGE(told.message.find(what) != std::string::npos, told.message);
  CHECK_MESSAGE(told.message.find(why) != std::string::npos, told.message);
}

}  // namespace

TEST_CASE("a file that is not there is refused") {
  const scratch_directory scratch;
  const auto path = scratch.path("none.wav");
  check_told(refusal_of_file(path), failure_kind::no_source, path, "there is no such file");
  write_bytes(scratch.path("file"), bytes({1}));
  check_told(refusal_of_file(scratch.path("file") + "/a.wav"), failure_kind::no_source, "/a.wav",
             "there is no such file");
}

TEST_CASE("a file that may not be read is refused") {
  const scratch_directory scratch;
  const auto path = scratch.path("secret.wav");
  write_wav(path, ramp(10, 1), mono);
  REQUIRE(::chmod(path.c_str(), 0) == 0);
  const unprivileged user;
  check_told(refusal_of_file(path), failure_kind::unreadable, path, "may not be read");
}

TEST_CASE("a directory, a pipe and a device are refused where a file is wanted") {
  const scratch_directory scratch;
  check_told(refusal_of_file(scratch.path("")), failure_kind::unreadable, scratch.path(""),
             "is a directory");
  REQUIRE(::mkfifo(scratch.path("fifo").c_str(), 0600) == 0);
  check_told(refusal_of_file(scratch.path("fifo")), failure_kind::unreadable, "fifo",
             "write pipe: instead");
  check_told(refusal_of_file("/dev/zero"), failure_kind::unreadable, "/dev/zero",
             "not a regular file");
}

TEST_CASE("a file without sound is refused") {
  const scratch_directory scratch;
  write_bytes(scratch.path("empty.wav"), {});
  check_told(refusal_of_file(scratch.path("empty.wav")), failure_kind::empty_source, "empty.wav",
             "it is empty");
  write_wav(scratch.path("header.wav"), {}, mono);
  check_told(refusal_of_file(scratch.path("header.wav")), failure_kind::empty_source, "header.wav",
             "holds no sound");
}

TEST_CASE("a file of an unknown format is refused") {
  const scratch_directory scratch;
  const std::string text = "To be, or not to be, that is the question.";
  write_bytes(scratch.path("hamlet.wav"), std::as_bytes(std::span{text}));
  check_told(refusal_of_file(scratch.path("hamlet.wav")), failure_kind::unknown_format,
             "hamlet.wav", "no sound file of a known format");
}

TEST_CASE("a file whose header claims an impossible rate is refused") {
  const scratch_directory scratch;
  write_wav(scratch.path("odd.wav"), ramp(10, 1), {.sample_rate_hz = 2'000'000'000, .channels = 1});
  check_told(refusal_of_file(scratch.path("odd.wav")), failure_kind::unknown_format, "odd.wav",
             "2000000000 Hz");
}

TEST_CASE("a file in the wanted shape is played sample by sample, whatever its format") {
  const scratch_directory scratch;
  const auto sound = ramp(10'000, 2);
  for (const auto format : {SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_WAV | SF_FORMAT_FLOAT,
                            SF_FORMAT_AIFF | SF_FORMAT_PCM_24, SF_FORMAT_FLAC | SF_FORMAT_PCM_16,
                            SF_FORMAT_CAF | SF_FORMAT_PCM_32}) {
    write_sound(scratch.path("sound"), sound, stereo, format);
    file_input input{{.path = scratch.path("sound")}, stereo};
    CHECK(input.pace() == pcm_pace::clock);
    CHECK(read_to_end(input, 2) == sound);
    std::vector<float> more(1'920, 1.0F);
    const auto after = input.read(more);
    REQUIRE(std::holds_alternative<pcm_end>(after));
    CHECK(std::get<pcm_end>(after).samples == 0);
  }
}

TEST_CASE("a file named - is a file") {
  const scratch_directory scratch;
  write_wav(scratch.path("-"), ramp(10, 1), mono);
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(scratch.path(""));
  file_input input{{.path = "-"}, mono};
  std::filesystem::current_path(before);
  CHECK(read_to_end(input, 1).size() == 10);
}

TEST_CASE("a file of another rate and other channels is converted, to its last sample") {
  const scratch_directory scratch;
  write_wav(scratch.path("tone.wav"), sine(1'000, cd_mono, 88'200), cd_mono);
  file_input input{{.path = scratch.path("tone.wav")}, stereo};
  const auto sound = read_to_end(input, 2);
  REQUIRE(sound.size() == std::size_t{2} * 96'000);
  const auto left = channel_of(sound, 2, 0);
  CHECK(signal_to_noise_db(std::span{left}.subspan(2'000, 92'000), 1'000, 48'000) > 100);
  CHECK(channel_of(sound, 2, 1) == left);
}

TEST_CASE("a loop in the file's own shape repeats it sample by sample") {
  const scratch_directory scratch;
  const auto once = ramp(1'000, 1);
  write_wav(scratch.path("loop.wav"), once, mono);
  file_input input{{.path = scratch.path("loop.wav"), .loop = true}, mono};
  const auto sound = read_ready(input, 960, 100);
  for (std::size_t i = 0; i < sound.size(); ++i) REQUIRE(sound[i] == once[i % 1'000]);
}

TEST_CASE("a loop has no seam where it is resampled") {
  // 441 samples at 44.1 kHz hold ten periods of 1 kHz: looped, they are an endless tone.
  const scratch_directory scratch;
  write_wav(scratch.path("loop.wav"), sine(1'000, cd_mono, 441), cd_mono);
  file_input input{{.path = scratch.path("loop.wav"), .loop = true}, mono};
  const auto sound = read_ready(input, 960, 100);
  CHECK(signal_to_noise_db(std::span{sound}.subspan(2'000), 1'000, 48'000) > 100);
}

TEST_CASE("a compressed file is looped at its exact length") {
  const scratch_directory scratch;
  write_sound(scratch.path("loop.flac"), ramp(1'001, 1), mono, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  file_input input{{.path = scratch.path("loop.flac"), .loop = true}, mono};
  const auto sound = read_ready(input, 480, 20);
  for (std::size_t i = 0; i < sound.size(); ++i)
    REQUIRE(sound[i] == static_cast<float>(i % 1'001) / 32'768);
}

TEST_CASE("a file goes on at the same place in another shape") {
  const scratch_directory scratch;
  write_wav(scratch.path("ramp.wav"), ramp(30'000, 2), stereo);
  file_input input{{.path = scratch.path("ramp.wav")}, stereo};
  (void)read_ready(input, 1'920, 10);
  input.reshape(mono);
  const auto sound = read_to_end(input, 1);
  CHECK(sound.size() == 30'000 - 9'600);
  CHECK(sound.front() == 9'600.0F / 32'768);
}

TEST_CASE("a file opened anew goes on sample by sample where another one is") {
  const scratch_directory scratch;
  write_wav(scratch.path("ramp.wav"), ramp(30'000, 2), stereo);
  const file_source source{.path = scratch.path("ramp.wav")};
  for (const std::size_t frames_before : {0U, 1U, 20U}) {
    file_input first{source, stereo};
    (void)read_ready(first, 1'920, frames_before);
    file_input second{source, stereo};
    REQUIRE(second.can_seek());
    second.seek(frames_before * 20ms);
    const auto rest = read_to_end(second, 2);
    CHECK(rest == read_to_end(first, 2));
    CHECK(rest.size() == 2 * (30'000 - 960 * frames_before));
  }
}

TEST_CASE("a loop opened anew goes on sample by sample where another one is, after any turns") {
  const scratch_directory scratch;
  write_sound(scratch.path("loop.flac"), ramp(5'001, 1), mono, SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  const file_source source{.path = scratch.path("loop.flac"), .loop = true};
  for (const std::size_t frames_before : {3U, 6U, 500U}) {
    file_input first{source, mono};
    (void)read_ready(first, 960, frames_before);
    file_input second{source, mono};
    second.seek(frames_before * 20ms);
    CHECK(read_ready(second, 960, 20) == read_ready(first, 960, 20));
  }
}

TEST_CASE("a resampled file opened anew goes on without a click where another one is") {
  const scratch_directory scratch;
  write_wav(scratch.path("tone.wav"), sine(1'000, cd_mono, 88'200), cd_mono);
  for (const bool loop : {false, true}) {
    const file_source source{.path = scratch.path("tone.wav"), .loop = loop};
    file_input first{source, stereo};
    (void)read_ready(first, 1'920, 77);
    file_input second{source, stereo};
    second.seek(77 * 20ms);
    CHECK(largest_difference(read_ready(second, 1'920, 20), read_ready(first, 1'920, 20)) < 1e-4F);
  }
}

TEST_CASE("a resampled file opened anew ends with the same sample") {
  const scratch_directory scratch;
  write_wav(scratch.path("tone.wav"), sine(1'000, cd_mono, 88'200), cd_mono);
  file_input input{{.path = scratch.path("tone.wav")}, mono};
  input.seek(1s);
  CHECK(read_to_end(input, 1).size() == 48'000);
}

TEST_CASE("a file that is brought to its end, or further, is over") {
  const scratch_directory scratch;
  write_wav(scratch.path("tone.wav"), sine(1'000, cd_mono, 44'100), cd_mono);
  for (const auto place : {1s, 2s, 3600s}) {
    file_input input{{.path = scratch.path("tone.wav")}, stereo};
    input.seek(place);
    CHECK(read_to_end(input, 2).empty());
  }
}

TEST_CASE("a place that lies between two samples of a file is met within half of one") {
  const scratch_directory scratch;
  write_wav(scratch.path("ramp.wav"), ramp(30'000, 1), cd_mono);
  file_input input{{.path = scratch.path("ramp.wav")}, cd_mono};
  input.seek(102'500us);  // 4,520.25 of its samples
  CHECK(read_ready(input, 1, 1).front() == 4'520.0F / 32'768);
}

TEST_CASE("a file reads no more than it is asked for") {
  const scratch_directory scratch;
  const auto path = scratch.path("long.wav");
  write_wav(path, ramp(1'000'000, 1), mono);
  file_input input{{.path = path}, mono};
  (void)read_ready(input, 960, 10);
  // What is behind the place that was read has not been read: cut off, it is missing.
  REQUIRE(::truncate(path.c_str(), 200'000) == 0);
  CHECK(read_to_end(input, 1).size() < 50'000);
}

TEST_CASE("what is no number in a file is silence, and harms nothing after it") {
  const scratch_directory scratch;
  auto sound = sine(1'000, cd_mono, 44'100);
  sound[100] = std::numeric_limits<float>::quiet_NaN();
  sound[200] = std::numeric_limits<float>::infinity();
  write_wav(scratch.path("nan.wav"), sound, cd_mono);
  file_input input{{.path = scratch.path("nan.wav")}, mono};
  const auto read = read_to_end(input, 1);
  CHECK(std::ranges::all_of(read, [](float sample) { return std::abs(sample) < 0.6F; }));
  CHECK(signal_to_noise_db(std::span{read}.subspan(2'000, 44'000), 1'000, 48'000) > 100);
}
