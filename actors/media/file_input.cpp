#include "actors/media/file_input.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sndfile.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include "actors/media/sample_decoding.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/failure.hpp"

namespace troupe::media {
namespace {

/// The samples that are read from the file at a time, at most.
constexpr std::size_t block_samples = 16'384;
/// A rate outside of these is taken for a damaged header.
constexpr int least_rate_hz = 1'000;
constexpr int greatest_rate_hz = 768'000;

[[noreturn]] void refuse(failure_kind kind, const std::string& path, const std::string& why) {
  throw failure{kind, fmt::format("cannot play \"{}\": {}", path, why)};
}

[[noreturn]] void refuse_unopened(const std::string& path, int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      refuse(failure_kind::no_source, path, "there is no such file; check the path");
    case EACCES:
    case EPERM:
      refuse(failure_kind::unreadable, path,
             "it may not be read; allow it (chmod +r, and +x on its folders) or run as its owner");
    default:
      refuse(failure_kind::unreadable, path,
             fmt::format("{}; check the path", std::generic_category().message(error)));
  }
}

/// Refuses whatever can be told from the outside to be no file with sound.
void check_file(const std::string& path) {
  // Opening a FIFO would otherwise wait for a writer.
  const descriptor file{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  if (!file) refuse_unopened(path, errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) refuse_unopened(path, errno);
  if (S_ISDIR(status.st_mode))
    refuse(failure_kind::unreadable, path, "it is a directory; name a file in it");
  if (S_ISFIFO(status.st_mode))
    refuse(failure_kind::unreadable, path, "it is a pipe; write pipe: instead of file:");
  if (!S_ISREG(status.st_mode))
    refuse(failure_kind::unreadable, path, "it is not a regular file; name a sound file");
  if (status.st_size == 0)
    refuse(failure_kind::empty_source, path, "it is empty; name a file that holds sound");
}

[[noreturn]] void refuse_format(const std::string& path) {
  const std::string reason = ::sf_strerror(nullptr);
  if (::sf_error(nullptr) == SF_ERR_SYSTEM)
    refuse(failure_kind::unreadable, path, fmt::format("{}; check the file", reason));
  refuse(failure_kind::unknown_format, path,
         fmt::format("it is no sound file of a known format, or damaged ({}); convert it to WAV "
                     "or FLAC, or send raw samples through pipe:",
                     reason));
}

}  // namespace

void file_input::closer::operator()(SNDFILE* file) const { ::sf_close(file); }

file_input::opened file_input::open(const std::string& path) {
  check_file(path);
  SF_INFO info{};
  // To libsndfile a mere "-" is standard input.
  const auto name = path == "-" ? std::string{"./-"} : path;
  handle file{::sf_open(name.c_str(), SFM_READ, &info)};
  if (!file) refuse_format(path);
  if (info.frames == 0)
    refuse(failure_kind::empty_source, path, "it holds no sound; name a file that does");
  if (info.samplerate < least_rate_hz || info.samplerate > greatest_rate_hz || info.channels < 1)
    refuse(failure_kind::unknown_format, path,
           fmt::format("its header claims {} channels at {} Hz; it seems damaged", info.channels,
                       info.samplerate));
  return {.file = std::move(file),
          .shape = {.sample_rate_hz = static_cast<std::uint32_t>(info.samplerate),
                    .channels = static_cast<std::uint32_t>(info.channels)},
          .frames = info.frames,
          .is_seekable = info.seekable != 0};
}

file_input::file_input(const file_source& source, pcm_shape shape)
    : file_input(source, shape, open(source.path)) {}

file_input::file_input(const file_source& source, pcm_shape shape, opened sound)
    : path_(source.path),
      loop_(source.loop),
      file_(std::move(sound.file)),
      frames_(sound.frames),
      is_seekable_(sound.is_seekable),
      converter_(sound.shape, shape),
      block_(std::max<std::size_t>(block_samples, sound.shape.channels)) {
  const auto seconds =
      static_cast<double>(sound.frames) / static_cast<double>(sound.shape.sample_rate_hz);
  description_ = fmt::format(
      "file {}, {} Hz, {} {}, {:.1f} s{}", path_, sound.shape.sample_rate_hz, sound.shape.channels,
      sound.shape.channels == 1 ? "channel" : "channels", seconds, loop_ ? ", looped" : "");
  load(1);  // A damaged file may claim to hold sound.
  if (converter_.finished() && converter_.available() == 0)
    refuse(failure_kind::empty_source, path_, "no sound in it can be read; it seems damaged");
}

pcm_result file_input::read(std::span<float> samples) {
  const auto wanted = samples.size() / converter_.to().channels;
  while (converter_.available() < wanted && !converter_.finished())
    load(converter_.input_needed(wanted));
  return converter_.deliver(samples);
}

void file_input::load(std::size_t frames) {
  auto count = read_frames(frames);
  if (count == 0 && loop_ && rewind()) count = read_frames(frames);
  if (count == 0) {
    converter_.finish();
    return;
  }
  const auto samples = std::span{block_}.first(count * converter_.from().channels);
  silence_non_finite(samples);
  converter_.write(samples);
}

std::size_t file_input::read_frames(std::size_t frames) {
  const auto most = std::min(frames, block_.size() / converter_.from().channels);
  const auto count = ::sf_readf_float(file_.get(), block_.data(), static_cast<sf_count_t>(most));
  if (count <= 0) report_damage();
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

bool file_input::rewind() {
  if (::sf_seek(file_.get(), 0, SEEK_SET) == 0) return true;
  spdlog::warn("\"{}\" cannot be played again from its start: {}", path_,
               ::sf_strerror(file_.get()));
  return false;
}

/// By way of the file's own rate: the change from that to the wanted one keeps the place.
void file_input::seek(std::chrono::nanoseconds place) {
  const auto from = converter_.from();
  const auto to = converter_.to();
  const auto frame = frame_at(place);
  const auto warm_up = std::min(frame, std::int64_t{pcm_converter::warm_up_frames});
  go_to(frame - warm_up);
  converter_ =
      pcm_converter{from, {.sample_rate_hz = from.sample_rate_hz, .channels = to.channels}};
  std::vector<float> passed_over(static_cast<std::size_t>(warm_up) * to.channels);
  (void)read(passed_over);
  reshape(to);
}

void file_input::go_to(std::int64_t frame) {
  const auto within = loop_ ? frame % frames_ : std::min(frame, frames_);
  if (::sf_seek(file_.get(), within, SEEK_SET) < 0)
    refuse(failure_kind::unreadable, path_,
           fmt::format("its frame {} cannot be reached ({})", within, ::sf_strerror(file_.get())));
}

std::int64_t file_input::frame_at(std::chrono::nanoseconds place) const {
  constexpr std::int64_t second = 1'000'000'000;
  const std::int64_t rate = converter_.from().sample_rate_hz;
  // Whole seconds by themselves: else the product would not fit after some hours.
  return place.count() / second * rate + (place.count() % second * rate + second / 2) / second;
}

void file_input::report_damage() const {
  if (::sf_error(file_.get()) == SF_ERR_NO_ERROR) return;
  spdlog::warn("\"{}\" cannot be read to its end: {}", path_, ::sf_strerror(file_.get()));
}

}  // namespace troupe::media
