#pragma once

#include <filesystem>
#include <string_view>

namespace troupe::test {

/// A new directory of the test's own, removed with all that is in it. Its path is short, so that a
/// socket's path inside it stays below the limit of 107 bytes.
class temporary_directory {
 public:
  /// Throws std::system_error when none can be made.
  temporary_directory();
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  friend std::filesystem::path operator/(const temporary_directory& directory,
                                         std::string_view name) {
    return directory.path_ / name;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace troupe::test
