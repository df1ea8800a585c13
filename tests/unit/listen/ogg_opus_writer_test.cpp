#include "actors/media/ogg_opus_writer.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/media/opus_decoder.hpp"
#include "protocol/failure.hpp"
#include "tests/unit/listen/opus_tone.hpp"
#include "tests/unit/listen/recorded_sound.hpp"
#include "tests/unit/listen/scratch_directory.hpp"

using namespace troupe;
using namespace troupe::listening::test;
using namespace std::chrono_literals;
using media::ogg_opus_writer;

namespace {

constexpr int pre_skip = 312;

void write_packets(ogg_opus_writer& writer, const std::vector<opus_packet>& packets) {
  for (const auto& packet : packets)
    writer.write(
        {.packet = packet, .pcm = {}, .samples = media::opus_decoder::samples_in(packet).value()});
}

void write_gap(ogg_opus_writer& writer, std::uint32_t samples) {
  writer.write({.packet = {}, .pcm = {}, .samples = samples});
}

void check_recording(const std::string& path, int samples, int frame_samples = 960) {
  const auto info = opusinfo(path);
  INFO(info.text);
  CHECK_FALSE(info.complains);
  CHECK(read_sound(path).length() ==
        static_cast<std::size_t>(samples - std::min(pre_skip, frame_samples)));
}

}  // namespace

TEST_CASE("a recording is valid Ogg Opus as long as its packets, for each length of frame") {
  const scratch_directory directory;
  for (const auto duration : {2500us, 5000us, 10000us, 20000us, 40000us, 60000us}) {
    CAPTURE(duration.count());
    const auto path = directory.file("a.opus");
    const auto frames = static_cast<std::size_t>(3s / duration);
    ogg_opus_writer writer{path};
    CHECK(writer.begin(stream_format{}) == 2);
    write_packets(writer, opus_tone(frames, {.frame_duration = duration}));
    writer.finish();
    check_recording(path, 3 * 48000, static_cast<int>(duration.count() * 48 / 1000));
  }
}

TEST_CASE("a mono stream is recorded in mono") {
  const scratch_directory directory;
  const auto path = directory.file("a.opus");
  ogg_opus_writer writer{path};
  CHECK(writer.begin({48000, 1, 960}) == 1);
  write_packets(writer, opus_tone(100, {.channels = 1}));
  writer.finish();
  check_recording(path, 100 * 960);
  CHECK(read_sound(path).channels == 1);
}

TEST_CASE("packets are recorded as they came") {
  const scratch_directory directory;
  const auto path = directory.file("a.opus");
  const auto packets = opus_tone(3);
  ogg_opus_writer writer{path};
  writer.begin(stream_format{});
  write_packets(writer, packets);
  writer.finish();
  std::ifstream file{path, std::ios::binary};
  const std::string content{std::istreambuf_iterator<char>{file}, {}};
  for (const auto& packet : packets) {
    const std::string bytes{reinterpret_cast<const char*>(packet.data()), packet.size()};
    CHECK(content.find(bytes) != std::string::npos);
  }
}

TEST_CASE("a recording with gaps is valid and as long as the time") {
  const scratch_directory directory;
  const auto path = directory.file("a.opus");
  ogg_opus_writer writer{path};
  writer.begin(stream_format{});
  // At the start, one frame, three frames, and lengths that are no multiple of a frame.
  write_gap(writer, 960);
  write_packets(writer, opus_tone(60));
  write_gap(writer, 960);
  write_packets(writer, opus_tone(60));
  write_gap(writer, 3 * 960);
  write_packets(writer, opus_tone(60, {.frame_duration = 60ms, .voice_with_fec = true}));
  write_gap(writer, 120);
  write_gap(writer, 2880 + 360);
  write_packets(writer, opus_tone(10));
  writer.finish();
  check_recording(path,
                  960 + 60 * 960 + 960 + 60 * 960 + 3 * 960 + 60 * 2880 + 120 + 3240 + 10 * 960);
}

TEST_CASE("a recording that ends in a gap is valid") {
  const scratch_directory directory;
  const auto path = directory.file("a.opus");
  ogg_opus_writer writer{path};
  writer.begin(stream_format{});
  write_packets(writer, opus_tone(60));
  for (int i = 0; i < 500; ++i) write_gap(writer, 960);
  writer.finish();
  check_recording(path, 560 * 960);
}

TEST_CASE("frames may change their length in the middle of a recording") {
  const scratch_directory directory;
  const auto path = directory.file("a.opus");
  ogg_opus_writer writer{path};
  writer.begin(stream_format{});
  write_packets(writer, opus_tone(100, {.frame_duration = 20ms}));
  write_packets(writer, opus_tone(400, {.frame_duration = 2500us}));
  write_packets(writer, opus_tone(40, {.frame_duration = 60ms}));
  writer.finish();
  check_recording(path, (2000 + 1000 + 2400) * 48);
}

TEST_CASE("a recording is valid up to its last second at any time, even when nobody ends it") {
  const scratch_directory directory;
  const auto path = directory.file("a.opus");
  {
    ogg_opus_writer writer{path};
    writer.begin(stream_format{});
    write_packets(writer, opus_tone(199));
    check_recording(path, 150 * 960);
  }
  check_recording(path, 150 * 960);
}

TEST_CASE("a file that is there stays as it is until sound comes") {
  const scratch_directory directory;
  const auto path = directory.file("a.opus");
  std::ofstream{path} << "something good";
  {
    ogg_opus_writer writer{path};
    writer.finish();
  }
  CHECK(std::filesystem::file_size(path) == 14);
  ogg_opus_writer writer{path};
  writer.begin(stream_format{});
  write_packets(writer, opus_tone(10));
  writer.finish();
  check_recording(path, 10 * 960);
}

TEST_CASE("a recording without sound leaves no file behind") {
  const scratch_directory directory;
  const auto path = directory.file("a.opus");
  {
    ogg_opus_writer writer{path};
    CHECK(std::filesystem::exists(path));
    writer.finish();
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a file that cannot be written is refused before there is sound") {
  const scratch_directory directory;
  const auto refusal = [](const std::string& path) {
    try {
      const ogg_opus_writer writer{path};
    } catch (const failure& refused) {
      return refused.kind();
    }
    return failure_kind::bad_value;
  };
  CHECK(refusal(directory.file("absent/a.opus")) == failure_kind::cannot_create);
  std::filesystem::create_directory(directory.file("b.opus"));
  CHECK(refusal(directory.file("b.opus")) == failure_kind::cannot_create);
}

TEST_CASE("a recording that finds no room ends validly and says how long it is") {
  // In a process of its own, as a limit on files cannot be undone and counts for all threads.
  const scratch_directory directory;
  const auto path = directory.file("a.opus");
  const auto packets = opus_tone(500);
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{50'000, 50'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    int status = 1;
    try {
      ogg_opus_writer writer{path};
      writer.begin(stream_format{});
      write_packets(writer, packets);
    } catch (const failure& full) {
      const bool tells = std::string_view{full.what()}.find(" s and is kept") != std::string::npos;
      status = full.kind() == failure_kind::disk_full && tells ? 0 : 2;
    }
    ::_exit(status);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(std::filesystem::file_size(path) <= 50'000);
  const auto info = opusinfo(path);
  INFO(info.text);
  CHECK_FALSE(info.complains);
  CHECK(read_sound(path).length() > 48000);
}
