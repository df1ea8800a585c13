#pragma once

#include <filesystem>
#include <string>

namespace troupe::bench {

/// A new directory, removed at the end with all that is in it.
class temporary_directory {
 public:
  /// Throws std::system_error when none can be made.
  temporary_directory();
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory();

  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace troupe::bench
