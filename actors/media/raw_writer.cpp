#include "actors/media/raw_writer.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <system_error>

#include <poll.h>
#include <unistd.h>

#include "protocol/failure.hpp"

namespace troupe::media {
namespace {

static_assert(std::endian::native == std::endian::little, "samples go out as they lie in memory");
constexpr std::uint32_t stereo = 2;
constexpr std::size_t bytes_per_stereo_sample = stereo * sizeof(std::int16_t);
constexpr int patience_ms = 100;

}  // namespace

std::uint32_t raw_writer::begin(const stream_format&) { return stereo; }

raw_writer::room raw_writer::wait_for_room() const {
  pollfd waiting{.fd = descriptor_, .events = POLLOUT, .revents = 0};
  const int ready = ::poll(&waiting, 1, behind_ ? 0 : patience_ms);
  if (ready <= 0) return room::none;
  return (waiting.revents & POLLOUT) != 0 ? room::some : room::closed;
}

output_state raw_writer::write(const sound_block& block) {
  auto bytes = std::as_bytes(block.pcm);
  while (!bytes.empty()) {
    const auto state = wait_for_room();
    if (state == room::closed) return output_state::closed;
    behind_ = state == room::none;
    if (behind_) {
      samples_dropped_ += bytes.size() / bytes_per_stereo_sample;
      return output_state::open;
    }
    // A pipe with any room takes this much whole, without blocking.
    const auto piece = bytes.first(std::min<std::size_t>(bytes.size(), PIPE_BUF));
    const auto count = ::write(descriptor_, piece.data(), piece.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0 && errno == EPIPE) return output_state::closed;
    if (count < 0) {
      const std::error_code error{errno, std::generic_category()};
      const bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
      throw failure{full ? failure_kind::disk_full : failure_kind::output_failed,
                    "standard output: " + error.message() + "; what came before is written"};
    }
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return output_state::open;
}

std::string raw_writer::description() const {
  return "standard output (48 kHz, stereo, signed 16 bits, little-endian)";
}

}  // namespace troupe::media
