#pragma once

#include <filesystem>
#include <string_view>

#include "protocol/descriptor.hpp"

namespace troupe::inspecting {

/// A file that is written as a whole or not at all: beside its place first, and then it takes the
/// place of what was there. What is no regular file, such as a pipe, is written to as it is.
class replacing_file {
 public:
  /// Throws failure{cannot_create, not_permitted}.
  explicit replacing_file(std::filesystem::path path);
  replacing_file(const replacing_file&) = delete;
  replacing_file& operator=(const replacing_file&) = delete;
  /// Leaves nothing behind of what was not written.
  ~replacing_file();

  /// To be called once. Throws failure{disk_full, output_failed}.
  void write(std::string_view content);

 private:
  [[nodiscard]] bool is_beside() const { return written_ != target_; }

  std::filesystem::path path_;     ///< as it was named
  std::filesystem::path target_;   ///< where that leads to
  std::filesystem::path written_;  ///< what is written to
  descriptor file_;
};

}  // namespace troupe::inspecting
