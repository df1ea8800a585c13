#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <system_error>

#include "protocol/descriptor.hpp"

namespace troupe::media {

/// A file that a recording is written to. A write happens whole or not at all, so that a disk that
/// fills up leaves the recording as it was before.
class recording_file {
 public:
  /// Checks that `path` can be written, and creates the file where there is none. What is in it
  /// stays until the first write. Throws failure{cannot_create, not_permitted}.
  explicit recording_file(std::string path);
  recording_file(const recording_file&) = delete;
  recording_file& operator=(const recording_file&) = delete;
  /// Removes the file if it was created here and never written to.
  ~recording_file();

  /// Writes all of `bytes` at `offset`, or leaves the file as it was and tells why.
  [[nodiscard]] std::error_code write_at(std::uint64_t offset,
                                         std::span<const std::byte> bytes) noexcept;

  /// Bytes written here, up to the farthest.
  [[nodiscard]] std::uint64_t size() const { return size_; }

  [[nodiscard]] std::error_code close() noexcept;

  [[nodiscard]] const std::string& path() const { return path_; }

  /// Throws failure{disk_full, output_failed} that tells what `error` did to the recording.
  [[noreturn]] void give_up(std::error_code error, std::chrono::nanoseconds recorded) const;

 private:
  [[nodiscard]] std::error_code discard_old_content() noexcept;

  std::string path_;
  descriptor file_;
  std::uint64_t size_ = 0;
  bool created_ = false;
  bool written_ = false;
};

}  // namespace troupe::media
