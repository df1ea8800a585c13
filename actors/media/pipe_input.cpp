#include "actors/media/pipe_input.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/media/sample_decoding.hpp"
#include "protocol/failure.hpp"

namespace troupe::media {
namespace {

/// Bytes that are read at a time, at most: as many as a pipe holds.
constexpr std::size_t block_bytes = 65'536;

bool is_standard_input(const pipe_source& source) { return source.path == "-"; }

std::string name_of(const pipe_source& source) {
  return is_standard_input(source) ? "standard input" : fmt::format("\"{}\"", source.path);
}

[[noreturn]] void refuse(failure_kind kind, const pipe_source& source, const std::string& why) {
  throw failure{kind, fmt::format("cannot read {}: {}", name_of(source), why)};
}

[[noreturn]] void refuse_unopened(const pipe_source& source, int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      refuse(failure_kind::no_source, source,
             "there is no such pipe or file; check the path, or make a pipe there with mkfifo");
    case EACCES:
    case EPERM:
      refuse(failure_kind::unreadable, source,
             "it may not be read; allow it (chmod +r, and +x on its folders) or run as its owner");
    case EBADF:
      refuse(failure_kind::no_source, source, "it is closed; redirect or pipe sound into it");
    default:
      refuse(failure_kind::unreadable, source,
             fmt::format("{}; name a pipe or a file", std::generic_category().message(error)));
  }
}

descriptor open_path(const pipe_source& source) {
  if (is_standard_input(source)) return {};
  descriptor opened{::open(source.path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  if (!opened) refuse_unopened(source, errno);
  return opened;
}

/// Refuses what can never give sound, and tells what else it is. What is left of a file that was
/// read before counts.
mode_t checked_type(const pipe_source& source, int number) {
  struct stat status {};
  if (::fstat(number, &status) != 0) refuse_unopened(source, errno);
  if (S_ISDIR(status.st_mode))
    refuse(failure_kind::unreadable, source, "it is a directory; name a pipe or a file");
  if (S_ISREG(status.st_mode) && ::lseek(number, 0, SEEK_CUR) >= status.st_size)
    refuse(failure_kind::empty_source, source, "there is no sound in it; name one that has some");
  return status.st_mode & S_IFMT;
}

}  // namespace

pipe_input::pipe_input(const pipe_source& source, pcm_shape shape)
    : source_(source),
      opened_(open_path(source)),
      number_(opened_ ? opened_.get() : STDIN_FILENO),
      type_(checked_type(source, number_)),
      awaits_writer_(opened_ && S_ISFIFO(type_)),
      converter_({.sample_rate_hz = source.sample_rate_hz, .channels = source.channels}, shape),
      frame_bytes_(bytes_per_sample(sample_encoding::signed_16) * source.channels),
      bytes_(block_bytes) {}

pcm_pace pipe_input::pace() const {
  return source_.pace == pipe_pace::writer ? pcm_pace::device : pcm_pace::clock;
}

std::string pipe_input::description() const {
  return fmt::format("{}, {} Hz, {} {}, paced by the {}",
                     is_standard_input(source_) ? "standard input" : "pipe " + source_.path,
                     source_.sample_rate_hz, source_.channels,
                     source_.channels == 1 ? "channel" : "channels",
                     source_.pace == pipe_pace::writer ? "writer" : "clock");
}

pcm_result pipe_input::read(std::span<float> samples) {
  const auto wanted = samples.size() / converter_.to().channels;
  while (converter_.available() < wanted && !converter_.finished())
    if (const auto wait = receive(converter_.input_needed(wanted))) return *wait;
  if (source_.pace == pipe_pace::writer) {
    const auto duration = std::chrono::nanoseconds{static_cast<std::int64_t>(wanted) *
                                                   1'000'000'000 / converter_.to().sample_rate_hz};
    captured_ = clock_.stamp(arrived_ - converter_.pending(), duration, read_together());
  }
  return converter_.deliver(samples);
}

std::optional<pcm_wait_readable> pipe_input::receive(std::size_t frames) {
  const auto wanted = std::min(frames * frame_bytes_, bytes_.size());
  const auto count = read_bytes(std::span{bytes_}.subspan(held_, wanted - held_));
  if (count > 0) {
    awaits_writer_ = false;
    take(static_cast<std::size_t>(count));
    return std::nullopt;
  }
  if (count == 0) return no_bytes();
  if (errno == EAGAIN || errno == EWOULDBLOCK) {
    awaits_writer_ = false;
    return pcm_wait_readable{number_};
  }
  spdlog::warn("{} cannot be read any more: {}", name_of(source_),
               std::generic_category().message(errno));
  finish();
  return std::nullopt;
}

ssize_t pipe_input::read_bytes(std::span<std::byte> room) const {
  // Standard input may be shared with other processes, and so would be O_NONBLOCK on it.
  if (!opened_ && events() == 0) {
    errno = EAGAIN;
    return -1;
  }
  ssize_t count = 0;
  do count = ::read(number_, room.data(), room.size());
  while (count < 0 && errno == EINTR);
  return count;
}

int pipe_input::events() const {
  pollfd polled{.fd = number_, .events = POLLIN, .revents = 0};
  return ::poll(&polled, 1, 0) > 0 ? polled.revents : 0;
}

std::optional<pcm_wait_readable> pipe_input::no_bytes() {
  // A FIFO that nobody has opened for writing yet reads like one that all writers have left; but
  // it does not poll as hung up, and the first bytes or a hang-up wake who waits for it.
  const auto now = awaits_writer_ ? events() : POLLHUP;
  if (now == 0) return pcm_wait_readable{number_};
  if ((now & POLLIN) == 0) finish();  // or else a writer came just now: its bytes are next
  return std::nullopt;
}

void pipe_input::take(std::size_t count) {
  const auto total = held_ + count;
  const auto whole = total - total % frame_bytes_;
  samples_.resize(whole / bytes_per_sample(sample_encoding::signed_16));
  decode_samples(bytes_, sample_encoding::signed_16, samples_);
  held_ = total - whole;
  std::memmove(bytes_.data(), bytes_.data() + whole, held_);
  if (source_.pace == pipe_pace::writer) note_arrival();
  if (whole > 0) converter_.write(samples_);
}

void pipe_input::note_arrival() {
  // Before the pipe is asked: held up in between, the estimate is too early, which is harmless.
  const auto asked = unix_now();
  int waiting_bytes = 0;
  // What a file still holds did not come just now.
  if (!S_ISREG(type_) && ::ioctl(number_, FIONREAD, &waiting_bytes) != 0) waiting_bytes = 0;
  const auto behind = std::chrono::nanoseconds{static_cast<std::int64_t>(waiting_bytes) /
                                               static_cast<std::int64_t>(frame_bytes_) *
                                               1'000'000'000 / source_.sample_rate_hz};
  arrived_ = asked - behind;
}

void pipe_input::finish() {
  if (held_ > 0)
    spdlog::warn("{} ended in the middle of a frame; its last {} bytes are left out",
                 name_of(source_), held_);
  held_ = 0;
  converter_.finish();
}

}  // namespace troupe::media
