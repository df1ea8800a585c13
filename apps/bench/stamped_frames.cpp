#include "apps/bench/stamped_frames.hpp"

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace troupe::bench {
namespace {

/// How an Opus packet begins that holds one frame of 20 ms, fullband, stereo (RFC 6716, 3.1).
constexpr std::byte table_of_contents{0xFC};

constexpr std::size_t stamped_bytes = 1 + sizeof(std::int64_t);

void write_stamp(unix_time when, std::span<std::byte> packet) {
  const std::int64_t count = when.time_since_epoch().count();
  std::memcpy(&packet[1], &count, sizeof count);
}

}  // namespace

unix_time stamp_in(std::span<const std::byte> packet) {
  if (packet.size() < stamped_bytes) throw std::runtime_error{"a packet has no stamp"};
  std::int64_t count = 0;
  std::memcpy(&count, &packet[1], sizeof count);
  return unix_time{std::chrono::nanoseconds{count}};
}

frame_ptr stamped_frames::next() {
  auto frame = next_if_free();
  if (!frame) throw std::runtime_error{"all frames are in use: the server holds too many"};
  return frame;
}

frame_ptr stamped_frames::next_if_free() {
  auto builder = pool_.acquire();
  if (!builder) return nullptr;
  const auto now = unix_now();
  builder->packet_space().front() = table_of_contents;
  if (packet_bytes_ >= stamped_bytes) write_stamp(now, builder->packet_space());
  const frame_info info{.sequence = frame_sequence{made_++},
                        .captured = now,
                        .encoded = std::chrono::steady_clock::now(),
                        .format = {}};
  return std::move(*builder).finish(packet_bytes_, info);
}

}  // namespace troupe::bench
