#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "protocol/descriptor.hpp"

namespace troupe::telemetry {

/// A file of figures that the kernel writes anew for each look. It stays open in between: opening
/// and closing would cost more than reading.
class kernel_file {
 public:
  explicit kernel_file(std::filesystem::path path) : path_(std::move(path)) {}

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// What it says now, as far as that fits 4 KiB. Empty while it is not there. It is good until
  /// this thread reads this or another one.
  [[nodiscard]] std::string_view read();

 private:
  [[nodiscard]] std::string_view read_open();

  std::filesystem::path path_;
  descriptor file_;
  static thread_local std::array<char, 4096> text;
};

/// The next number in `text`, which loses all up to its end; nothing if there is none before other
/// words.
[[nodiscard]] std::optional<std::uint64_t> take_number(std::string_view& text);

/// The number that follows the first `title`. Nothing if there is none.
[[nodiscard]] std::optional<std::uint64_t> number_after(std::string_view text,
                                                        std::string_view title);

}  // namespace troupe::telemetry
