#include "actors/media/raw_writer.hpp"

#include <array>
#include <csignal>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "protocol/descriptor.hpp"
#include "protocol/failure.hpp"

using namespace troupe;
using media::output_state;
using media::raw_writer;

namespace {

struct pipe_pair {
  pipe_pair() {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    reader = descriptor{ends[0]};
    writer = descriptor{ends[1]};
  }
  descriptor reader;
  descriptor writer;
};

const std::vector<std::int16_t> block(std::size_t{2} * 960, 0x0102);

output_state write_block(raw_writer& writer) {
  return writer.write({.packet = {}, .pcm = block, .samples = 960});
}

}  // namespace

TEST_CASE("samples go out as signed 16 bits, little-endian") {
  const pipe_pair pipe;
  raw_writer writer{pipe.writer.get()};
  CHECK(writer.begin({48000, 1, 960}) == 2);
  CHECK(write_block(writer) == output_state::open);
  std::array<unsigned char, 8192> bytes{};
  CHECK(::read(pipe.reader.get(), bytes.data(), bytes.size()) == 3840);
  CHECK(bytes[0] == 0x02);
  CHECK(bytes[1] == 0x01);
}

TEST_CASE("nobody who reads is an end in good order") {
  pipe_pair pipe;
  raw_writer writer{pipe.writer.get()};
  pipe.reader.reset();
  CHECK(write_block(writer) == output_state::closed);
}

TEST_CASE("a reader that is slow loses sound, all of it counted, and holds nobody up") {
  const pipe_pair pipe;
  raw_writer writer{pipe.writer.get()};
  constexpr std::uint64_t blocks = 1000;
  for (std::uint64_t i = 0; i < blocks; ++i) CHECK(write_block(writer) == output_state::open);
  const auto dropped = writer.samples_dropped();
  CHECK(dropped > 0);
  ::fcntl(pipe.reader.get(), F_SETFL, O_NONBLOCK);
  std::vector<char> bytes(1U << 22U);
  std::uint64_t read = 0;
  while (true) {
    const auto count = ::read(pipe.reader.get(), bytes.data(), bytes.size());
    if (count <= 0) break;
    read += static_cast<std::uint64_t>(count);
  }
  CHECK(read / 4 + dropped == blocks * 960);
  CHECK(write_block(writer) == output_state::open);
  CHECK(writer.samples_dropped() == dropped);
}

TEST_CASE("standard output on a full disk is told as such") {
  const descriptor full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
  if (!full) {
    MESSAGE("skipped: there is no /dev/full");
    return;
  }
  raw_writer writer{full.get()};
  CHECK_THROWS_AS(write_block(writer), failure);
}
