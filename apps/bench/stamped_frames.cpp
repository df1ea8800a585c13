#include "apps/bench/stamped_frames.hpp"

#include <stdexcept>
#include <utility>

namespace troupe::bench {
namespace {

/// How an Opus packet begins that holds one frame of 20 ms, fullband, stereo (RFC 6716, 3.1).
constexpr std::byte table_of_contents{0xFC};

}  // namespace

frame_ptr stamped_frames::next() {
  auto frame = next_if_free();
  if (!frame) throw std::runtime_error{"all frames are in use: the server holds too many"};
  return frame;
}

frame_ptr stamped_frames::next_if_free() {
  auto builder = pool_.acquire();
  if (!builder) return nullptr;
  builder->packet_space().front() = table_of_contents;
  const frame_info info{.sequence = frame_sequence{made_++},
                        .captured = unix_now(),
                        .encoded = std::chrono::steady_clock::now(),
                        .format = {}};
  return std::move(*builder).finish(packet_bytes_, info);
}

}  // namespace troupe::bench
