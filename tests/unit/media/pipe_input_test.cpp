#include "actors/media/pipe_input.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/descriptor.hpp"
#include "tests/unit/media/test_sound.hpp"

using namespace troupe;
using namespace troupe::media;
using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr pcm_shape stereo{.sample_rate_hz = 48'000, .channels = 2};
constexpr pcm_shape mono{.sample_rate_hz = 48'000, .channels = 1};

/// A FIFO with its input; a writer comes when the test lets it.
struct fifo {
  scratch_directory scratch;
  std::string path = scratch.path("fifo");
  descriptor writer;

  fifo() { REQUIRE(::mkfifo(path.c_str(), 0600) == 0); }

  void open_writer() {
    writer = descriptor{::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)};
    REQUIRE(writer.get() >= 0);
  }
  void write(std::span<const std::byte> bytes) {
    REQUIRE(::write(writer.get(), bytes.data(), bytes.size()) == std::ssize(bytes));
  }
};

/// Puts another descriptor in the place of standard input for a while.
class standard_input_from {
 public:
  explicit standard_input_from(int number) : kept_(::dup(STDIN_FILENO)) {
    REQUIRE(::dup2(number, STDIN_FILENO) == STDIN_FILENO);
  }
  ~standard_input_from() { ::dup2(kept_.get(), STDIN_FILENO); }
  standard_input_from(const standard_input_from&) = delete;
  standard_input_from& operator=(const standard_input_from&) = delete;

 private:
  descriptor kept_;
};

bool waits_for_more(const pcm_result& answer) {
  return std::holds_alternative<pcm_wait_readable>(answer);
}

bool is_readable(const pcm_result& answer) {
  pollfd polled{
      .fd = std::get<pcm_wait_readable>(answer).descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&polled, 1, 0) > 0;
}

std::size_t end_of(const pcm_result& answer) {
  REQUIRE(std::holds_alternative<pcm_end>(answer));
  return std::get<pcm_end>(answer).samples;
}

}  // namespace

TEST_CASE("a pipe that cannot be read is refused") {
  const scratch_directory scratch;
  const auto told = [](const std::string& path) {
    return refusal_of([&] { (void)pipe_input{{.path = path}, stereo}; });
  };
  const auto absent = told(scratch.path("none"));
  CHECK(absent.kind == failure_kind::no_source);
  CHECK(absent.message.find(scratch.path("none")) != std::string::npos);
  CHECK(absent.message.find("mkfifo") != std::string::npos);
  CHECK(told(scratch.path("")).kind == failure_kind::unreadable);
  CHECK(told(scratch.path("")).message.find("is a directory") != std::string::npos);
  write_bytes(scratch.path("empty"), {});
  CHECK(told(scratch.path("empty")).kind == failure_kind::empty_source);
}

TEST_CASE("a file of raw samples is read to its end") {
  const scratch_directory scratch;
  const auto sound = ramp(10'000, 2);
  write_bytes(scratch.path("raw"), as_16_bits(sound));
  pipe_input input{{.path = scratch.path("raw")}, stereo};
  CHECK(read_to_end(input, 2) == sound);
}

TEST_CASE("raw samples of another rate and other channels are converted") {
  const scratch_directory scratch;
  write_bytes(scratch.path("raw"),
              as_16_bits(sine(1'000, {.sample_rate_hz = 16'000, .channels = 1}, 16'000)));
  pipe_input input{{.path = scratch.path("raw"), .sample_rate_hz = 16'000, .channels = 1}, stereo};
  const auto sound = read_to_end(input, 2);
  REQUIRE(sound.size() == 96'000);
  // Sixteen bits leave no more than 98 dB, and the tone is at half of full scale.
  const auto right = channel_of(sound, 2, 1);
  CHECK(signal_to_noise_db(std::span{right}.subspan(2'000, 44'000), 1'000, 48'000) > 90);
}

TEST_CASE("a pipe that is written one byte at a time gives whole frames") {
  fifo pipe;
  const auto sound = ramp(500, 2);
  const auto bytes = as_16_bits(sound);
  pipe_input input{{.path = pipe.path}, stereo};
  pipe.open_writer();
  std::vector<float> frame(200);
  std::vector<float> read;
  for (const auto byte : bytes) {
    pipe.write({&byte, 1});
    const auto answer = input.read(frame);
    if (waits_for_more(answer)) continue;
    REQUIRE(std::holds_alternative<pcm_ready>(answer));
    read.insert(read.end(), frame.begin(), frame.end());
  }
  CHECK(read == sound);
  CHECK(waits_for_more(input.read(frame)));
  pipe.writer.reset();
  CHECK(end_of(input.read(frame)) == 0);
}

TEST_CASE("a pipe waits for a writer that comes late, and ends when it has gone") {
  fifo pipe;
  pipe_input input{{.path = pipe.path, .channels = 1}, mono};
  std::vector<float> frame(100);
  for (int i = 0; i < 3; ++i) {
    const auto answer = input.read(frame);
    REQUIRE(waits_for_more(answer));
    // Waiting costs nothing: nothing wakes the one who waits.
    CHECK_FALSE(is_readable(answer));
  }
  pipe.open_writer();
  CHECK(waits_for_more(input.read(frame)));
  const auto waiting = input.read(frame);
  pipe.write(as_16_bits(ramp(150, 1)));
  CHECK(is_readable(waiting));
  REQUIRE(std::holds_alternative<pcm_ready>(input.read(frame)));
  CHECK(frame.back() == 99.0F / 32'768);
  pipe.writer.reset();
  CHECK(end_of(input.read(frame)) == 50);
  CHECK(frame[49] == 149.0F / 32'768);
  CHECK(frame[50] == 0);
  CHECK(end_of(input.read(frame)) == 0);
}

TEST_CASE("a pipe whose writer came and went between two looks has ended") {
  fifo pipe;
  pipe_input input{{.path = pipe.path, .channels = 1}, mono};
  std::vector<float> frame(100);
  const auto answer = input.read(frame);
  REQUIRE(waits_for_more(answer));
  pipe.open_writer();
  pipe.writer.reset();
  CHECK(is_readable(answer));
  CHECK(end_of(input.read(frame)) == 0);
}

TEST_CASE("what a short-lived writer left in the pipe is read") {
  fifo pipe;
  pipe_input input{{.path = pipe.path, .channels = 1}, mono};
  std::vector<float> frame(100);
  REQUIRE(waits_for_more(input.read(frame)));
  pipe.open_writer();
  pipe.write(as_16_bits(ramp(40, 1)));
  pipe.writer.reset();
  CHECK(end_of(input.read(frame)) == 40);
}

TEST_CASE("odd bytes at the end of a pipe are left out") {
  fifo pipe;
  pipe_input input{{.path = pipe.path}, stereo};
  pipe.open_writer();
  auto bytes = as_16_bits(ramp(10, 2));
  bytes.resize(bytes.size() + 3);
  pipe.write(bytes);
  pipe.writer.reset();
  std::vector<float> frame(100);
  CHECK(end_of(input.read(frame)) == 10);
}

TEST_CASE("a writer that is ahead is held back: a pipe reads no more than it is asked for") {
  fifo pipe;
  pipe_input input{{.path = pipe.path, .channels = 1}, mono};
  CHECK(input.pace() == pcm_pace::clock);
  pipe.open_writer();
  pipe.write(as_16_bits(ramp(10'000, 1)));
  (void)read_ready(input, 960, 2);
  descriptor other_end{::open(pipe.path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  std::vector<std::byte> rest(65'536);
  CHECK(::read(other_end.get(), rest.data(), rest.size()) == 2 * (10'000 - 1'920));
}

TEST_CASE("standard input is read from a pipe that is not made non-blocking") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const descriptor reading{ends[0]};
  descriptor writing{ends[1]};
  const standard_input_from redirected{reading.get()};
  pipe_input input{{.path = "-", .channels = 1}, mono};
  std::vector<float> frame(100);
  const auto waiting = input.read(frame);
  REQUIRE(waits_for_more(waiting));
  CHECK(std::get<pcm_wait_readable>(waiting).descriptor == STDIN_FILENO);
  CHECK((::fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK) == 0);
  const auto bytes = as_16_bits(ramp(130, 1));
  REQUIRE(::write(writing.get(), bytes.data(), bytes.size()) == std::ssize(bytes));
  REQUIRE(std::holds_alternative<pcm_ready>(input.read(frame)));
  CHECK(waits_for_more(input.read(frame)));
  writing.reset();
  CHECK(end_of(input.read(frame)) == 30);
}

TEST_CASE("standard input may be a file, read from where it stands") {
  const scratch_directory scratch;
  const auto sound = ramp(1'000, 1);
  write_bytes(scratch.path("raw"), as_16_bits(sound));
  const descriptor file{::open(scratch.path("raw").c_str(), O_RDONLY | O_CLOEXEC)};
  REQUIRE(::lseek(file.get(), 200, SEEK_SET) == 200);
  const standard_input_from redirected{file.get()};
  pipe_input input{{.path = "-", .channels = 1}, mono};
  CHECK(read_to_end(input, 1) == std::vector<float>(sound.begin() + 100, sound.end()));
  CHECK(refusal_of([] {
          (void)pipe_input{{.path = "-"}, mono};
        }).kind == failure_kind::empty_source);
}

TEST_CASE("standard input that is closed is refused") {
  const descriptor kept{::dup(STDIN_FILENO)};
  ::close(STDIN_FILENO);
  const auto told = refusal_of([] { (void)pipe_input{{.path = "-"}, mono}; });
  REQUIRE(::dup2(kept.get(), STDIN_FILENO) == STDIN_FILENO);
  CHECK(told.kind == failure_kind::no_source);
  CHECK(told.message.find("standard input") != std::string::npos);
}

TEST_CASE("sound at the writer's pace is stamped with when it came") {
  fifo pipe;
  pipe_input input{{.path = pipe.path, .channels = 1, .pace = pipe_pace::writer}, mono};
  CHECK(input.pace() == pcm_pace::device);
  pipe.open_writer();
  const auto before = unix_now();
  pipe.write(as_16_bits(ramp(9'600, 1)));
  (void)read_ready(input, 960, 1);
  const auto after = unix_now();
  // Two hundred milliseconds have come at once: the last of them just now.
  const auto first = input.captured();
  CHECK(first >= before - 200ms);
  CHECK(first <= after - 200ms);
  for (int i = 1; i < 10; ++i) {
    (void)read_ready(input, 960, 1);
    CHECK(std::chrono::abs(input.captured() - first - i * 20ms) <= i * 500us);
  }
}

TEST_CASE("a writer that is ahead of time makes no timestamp go back") {
  const scratch_directory scratch;
  write_bytes(scratch.path("raw"), as_16_bits(ramp(48'000, 1)));
  pipe_input input{{.path = scratch.path("raw"), .channels = 1, .pace = pipe_pace::writer}, mono};
  (void)read_ready(input, 960, 1);
  auto last = input.captured();
  for (int i = 1; i < 50; ++i) {
    (void)read_ready(input, 960, 1);
    CHECK(input.captured() - last >= 19'500us);
    last = input.captured();
  }
}

TEST_CASE("a pipe goes on at the same place in another shape") {
  fifo pipe;
  pipe_input input{{.path = pipe.path, .channels = 1}, mono};
  pipe.open_writer();
  pipe.write(as_16_bits(ramp(3'000, 1)));
  (void)read_ready(input, 960, 1);
  input.reshape(stereo);
  const auto sound = read_ready(input, 1'920, 2);
  CHECK(sound[0] == 960.0F / 32'768);
  CHECK(sound[1] == sound[0]);
  CHECK(sound.back() == 2'879.0F / 32'768);
}
