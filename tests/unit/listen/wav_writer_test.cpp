#include "actors/media/wav_writer.hpp"

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "protocol/failure.hpp"
#include "tests/unit/listen/recorded_sound.hpp"
#include "tests/unit/listen/scratch_directory.hpp"

using namespace troupe;
using namespace troupe::listening::test;
using media::wav_writer;

namespace {

std::vector<std::int16_t> ramp(std::size_t size) {
  std::vector<std::int16_t> samples(size);
  for (std::size_t i = 0; i < size; ++i) samples[i] = static_cast<std::int16_t>(i % 30'000);
  return samples;
}

void write_blocks(wav_writer& writer, int blocks) {
  const auto samples = ramp(std::size_t{2} * 960);
  for (int i = 0; i < blocks; ++i) writer.write({.packet = {}, .pcm = samples, .samples = 960});
}

}  // namespace

TEST_CASE("a WAV recording holds the samples that it was given") {
  const scratch_directory directory;
  for (const std::uint32_t channels : {1U, 2U}) {
    const auto path = directory.file("a.wav");
    const auto samples = ramp(std::size_t{960} * channels);
    wav_writer writer{path};
    CHECK(writer.begin({48000, channels, 960}) == channels);
    writer.write({.packet = {}, .pcm = samples, .samples = 960});
    writer.finish();
    const auto sound = read_sound(path);
    CHECK(sound.sample_rate_hz == 48000);
    CHECK(sound.channels == static_cast<int>(channels));
    CHECK(sound.samples == samples);
  }
}

TEST_CASE("a WAV recording can be read up to its last second while it grows") {
  const scratch_directory directory;
  const auto path = directory.file("a.wav");
  wav_writer writer{path};
  writer.begin(stream_format{});
  write_blocks(writer, 120);
  CHECK(read_sound(path).length() >= 100 * 960);
  writer.finish();
  CHECK(read_sound(path).length() == 120 * 960);
}

TEST_CASE("a WAV recording that finds no room keeps what it has and says how long it is") {
  const scratch_directory directory;
  const auto path = directory.file("a.wav");
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{500'000, 500'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    int status = 1;
    try {
      wav_writer writer{path};
      writer.begin(stream_format{});
      write_blocks(writer, 500);
    } catch (const failure& full) {
      const bool tells =
          std::string_view{full.what()}.find("2.60 s and is kept") != std::string::npos;
      status = full.kind() == failure_kind::disk_full && tells ? 0 : 2;
    }
    ::_exit(status);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  // 130 blocks of 3840 bytes fit.
  CHECK(read_sound(path).length() == 130 * 960);
}

TEST_CASE("a device that is full refuses a recording with its first sound") {
  if (::access("/dev/full", W_OK) != 0) {
    MESSAGE("skipped: there is no /dev/full");
    return;
  }
  const scratch_directory directory;
  const auto path = directory.file("a.wav");
  std::filesystem::create_symlink("/dev/full", path);
  wav_writer writer{path};
  CHECK_THROWS_AS(writer.begin(stream_format{}), failure);
}
