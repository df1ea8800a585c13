#include "actors/delivery/send_queue.hpp"

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace troupe;
using delivery::overflow_policy;
using delivery::send_queue;

namespace {

frame_ptr frame_of(std::uint64_t sequence, std::size_t packet_size = 3) {
  const std::vector<std::byte> packet(packet_size, std::byte{0xFC});
  return make_frame(
      packet, {.sequence = frame_sequence{sequence}, .captured = {}, .encoded = {}, .format = {}});
}

/// Returns how many frames were dropped then.
std::size_t push(send_queue& queue, frame_ptr added) {
  queue.push(std::move(added));
  return queue.trim();
}

/// Sends `bytes` bytes and returns the sequences of the frames that are through.
std::vector<std::uint64_t> send(send_queue& queue, std::size_t bytes) {
  std::vector<std::uint64_t> through;
  queue.consume(
      bytes, [&](const frame_ptr& frame) { through.push_back(to_number(frame->info().sequence)); });
  return through;
}

std::size_t waiting_bytes(const send_queue& queue) {
  std::array<iovec, 64> vectors{};
  const auto count = queue.gather(vectors);
  std::size_t total = 0;
  for (std::size_t i = 0; i < count; ++i) total += vectors[i].iov_len;
  return total;
}

constexpr std::size_t frame_bytes = wire::header_size + 3;

}  // namespace

TEST_CASE("a send queue gives frames out in the order they came") {
  send_queue queue{3, overflow_policy::drop_oldest};
  for (std::uint64_t i = 0; i < 3; ++i) CHECK(push(queue, frame_of(i)) == 0);
  CHECK(queue.frames() == 3);
  CHECK(send(queue, 3 * frame_bytes) == std::vector<std::uint64_t>{0, 1, 2});
  CHECK(queue.empty());
}

TEST_CASE("a full send queue drops its oldest frame for a new one") {
  send_queue queue{2, overflow_policy::drop_oldest};
  CHECK(push(queue, frame_of(0)) == 0);
  CHECK(push(queue, frame_of(1)) == 0);
  CHECK(push(queue, frame_of(2)) == 1);
  CHECK(queue.frames() == 2);
  CHECK(send(queue, 2 * frame_bytes) == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("a full send queue drops the new frame when told to") {
  send_queue queue{2, overflow_policy::drop_newest};
  CHECK(push(queue, frame_of(0)) == 0);
  CHECK(push(queue, frame_of(1)) == 0);
  CHECK(push(queue, frame_of(2)) == 1);
  CHECK(send(queue, 2 * frame_bytes) == std::vector<std::uint64_t>{0, 1});
}

TEST_CASE("frames that came at once may all be sent before those above the capacity are dropped") {
  for (const auto policy : {overflow_policy::drop_oldest, overflow_policy::drop_newest}) {
    send_queue queue{2, policy};
    for (std::uint64_t i = 0; i < 6; ++i) queue.push(frame_of(i));
    CHECK(waiting_bytes(queue) == 6 * frame_bytes);
    CHECK(send(queue, 2 * frame_bytes) == std::vector<std::uint64_t>{0, 1});
    CHECK(queue.trim() == 2);
    const auto kept = send(queue, 2 * frame_bytes);
    const bool keeps_newest = policy == overflow_policy::drop_oldest;
    CHECK(kept ==
          (keeps_newest ? std::vector<std::uint64_t>{4, 5} : std::vector<std::uint64_t>{2, 3}));
  }
}

TEST_CASE("a frame that is partly sent is never dropped and goes on where it stopped") {
  send_queue queue{2, overflow_policy::drop_oldest};
  CHECK(push(queue, frame_of(0)) == 0);
  CHECK(send(queue, 5).empty());
  CHECK(push(queue, frame_of(1)) == 0);
  CHECK(push(queue, frame_of(2)) == 1);  // frame 1 gave way, frame 0 could not
  CHECK(waiting_bytes(queue) == 2 * frame_bytes - 5);
  CHECK(send(queue, 2 * frame_bytes - 5) == std::vector<std::uint64_t>{0, 2});
}

TEST_CASE("with room for one frame that is partly sent, the new one is dropped") {
  send_queue queue{1, overflow_policy::drop_oldest};
  CHECK(push(queue, frame_of(0)) == 0);
  CHECK(send(queue, 1).empty());
  CHECK(push(queue, frame_of(1)) == 1);
  CHECK(send(queue, frame_bytes - 1) == std::vector<std::uint64_t>{0});
}

TEST_CASE("other messages keep their place and are not dropped for frames") {
  send_queue queue{1, overflow_policy::drop_oldest};
  queue.push(wire::control_message::ack({}));
  CHECK(push(queue, frame_of(0)) == 0);
  queue.push(wire::control_message::heartbeat({}));
  CHECK(push(queue, frame_of(1)) == 1);
  CHECK(queue.frames() == 1);
  CHECK(queue.control_room() == send_queue::control_capacity - 2);
  CHECK(waiting_bytes(queue) == 2 * wire::header_size + frame_bytes);
  std::array<iovec, 3> vectors{};
  REQUIRE(queue.gather(vectors) == 3);
  std::array<char, 3> types{};
  for (std::size_t i = 0; i < 3; ++i) types[i] = static_cast<const char*>(vectors[i].iov_base)[4];
  CHECK(types == std::array<char, 3>{4, 3, 0});
}

TEST_CASE("a queue shares the frame's bytes and copies none") {
  send_queue queue{1, overflow_policy::drop_oldest};
  const auto frame = frame_of(0);
  CHECK(push(queue, frame) == 0);
  std::array<iovec, 1> vectors{};
  REQUIRE(queue.gather(vectors) == 1);
  CHECK(vectors[0].iov_base == static_cast<const void*>(frame->wire_image().data()));
}
