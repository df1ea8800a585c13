#include "actors/media/recording_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/failure.hpp"

namespace troupe::media {
namespace {

constexpr mode_t file_mode = 0666;

std::error_code last_error() { return {errno, std::generic_category()}; }

failure refusal(const std::string& path, std::error_code error) {
  switch (error.value()) {
    case EACCES:
    case EPERM:
      return {failure_kind::not_permitted,
              path + ": no permission to write it; choose another place or ask its owner"};
    case ENOENT:
    case ENOTDIR:
      return {failure_kind::cannot_create,
              path + ": its directory does not exist; create it first"};
    case EISDIR:
      return {failure_kind::cannot_create, path + " is a directory; give the name of a file"};
    case ENXIO:
    case ESPIPE:
      return {failure_kind::cannot_create,
              path + " is no regular file; to write to another program use --out -"};
    case ENOSPC:
    case EDQUOT:
      return {failure_kind::disk_full, path + ": no room left for a new file; make room first"};
    default:
      return {failure_kind::cannot_create, path + " cannot be written: " + error.message() +
                                               "; choose another place with --out"};
  }
}

std::string in_seconds(std::chrono::nanoseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s", std::chrono::duration<double>(time).count());
  return text;
}

}  // namespace

recording_file::recording_file(std::string path) : path_(std::move(path)) {
  // O_NONBLOCK: a FIFO without a reader would keep us here for ever.
  constexpr int flags = O_WRONLY | O_CLOEXEC | O_NONBLOCK;
  file_ = descriptor{::open(path_.c_str(), flags | O_CREAT | O_EXCL, file_mode)};
  created_ = static_cast<bool>(file_);
  if (!file_ && errno == EEXIST)
    file_ = descriptor{::open(path_.c_str(), flags | O_CREAT, file_mode)};
  if (!file_) throw refusal(path_, last_error());
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) throw refusal(path_, last_error());
  if (S_ISFIFO(status.st_mode)) throw refusal(path_, {ESPIPE, std::generic_category()});
}

recording_file::~recording_file() {
  if (created_ && !written_) ::unlink(path_.c_str());
}

std::error_code recording_file::discard_old_content() noexcept {
  if (::ftruncate(file_.get(), 0) == 0) return {};
  // A device such as /dev/null has no content to lose.
  return errno == EINVAL ? std::error_code{} : last_error();
}

std::error_code recording_file::write_at(std::uint64_t offset,
                                         std::span<const std::byte> bytes) noexcept {
  if (!written_) {
    if (const auto error = discard_old_content()) return error;
    written_ = true;
  }
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto count = ::pwrite(file_.get(), bytes.data() + done, bytes.size() - done,
                                static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      const auto error =
          count == 0 ? std::error_code{ENOSPC, std::generic_category()} : last_error();
      const bool undone = done == 0 || ::ftruncate(file_.get(), static_cast<off_t>(size_)) == 0;
      if (!undone) size_ = std::max(size_, offset + done);
      return error;
    }
    done += static_cast<std::size_t>(count);
  }
  size_ = std::max(size_, offset + bytes.size());
  return {};
}

std::error_code recording_file::close() noexcept {
  if (!file_) return {};
  // Some file systems report a full disk only here.
  const bool closed = ::close(file_.release()) == 0;
  return closed || errno == EINTR ? std::error_code{} : last_error();
}

void recording_file::give_up(std::error_code error, std::chrono::nanoseconds recorded) const {
  const bool full = error.value() == ENOSPC || error.value() == EDQUOT || error.value() == EFBIG;
  throw failure{full ? failure_kind::disk_full : failure_kind::output_failed,
                path_ + ": " + (full ? "no room left (" + error.message() + ")" : error.message()) +
                    "; the recording ends after " + in_seconds(recorded) +
                    " and is kept. Make room, or record to another place"};
}

}  // namespace troupe::media
