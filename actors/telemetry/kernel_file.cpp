#include "actors/telemetry/kernel_file.hpp"

#include <algorithm>
#include <charconv>

#include <fcntl.h>
#include <unistd.h>

namespace troupe::telemetry {

thread_local std::array<char, 4096> kernel_file::text;

std::string_view kernel_file::read() {
  if (file_) {
    if (const auto now = read_open(); !now.empty()) return now;
  }
  // It is new, or what it was of is gone and may be there again.
  file_ = descriptor{::open(path_.c_str(), O_RDONLY | O_CLOEXEC)};
  return file_ ? read_open() : std::string_view{};
}

std::string_view kernel_file::read_open() {
  const auto count = ::pread(file_.get(), text.data(), text.size(), 0);
  if (count > 0) return {text.data(), static_cast<std::size_t>(count)};
  file_.reset();
  return {};
}

std::optional<std::uint64_t> take_number(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<std::uint64_t> number_after(std::string_view text, std::string_view title) {
  const auto found = text.find(title);
  if (found == std::string_view::npos) return std::nullopt;
  text.remove_prefix(found + title.size());
  return take_number(text);
}

}  // namespace troupe::telemetry
