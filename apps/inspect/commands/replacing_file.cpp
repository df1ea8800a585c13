#include "apps/inspect/commands/replacing_file.hpp"

#include <cerrno>
#include <cstddef>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "protocol/failure.hpp"

namespace troupe::inspecting {
namespace {

namespace fs = std::filesystem;

/// Where there is a link, what it leads to is replaced, not the link.
fs::path without_links(const fs::path& path) {
  std::error_code ignored;
  const auto target = fs::weakly_canonical(path, ignored);
  return target.empty() ? path : target;
}

fs::path place_to_write(fs::path target) {
  std::error_code ignored;
  const auto status = fs::status(target, ignored);
  if (fs::exists(status) && !fs::is_regular_file(status)) return target;
  return target += fmt::format(".{}.part", ::getpid());
}

std::string reason_of(int error) { return std::generic_category().message(error); }

failure cannot_make(const fs::path& path, int error) {
  if (error == EACCES || error == EPERM || error == EROFS)
    return {failure_kind::not_permitted,
            fmt::format("no permission to write \"{}\"; name a file elsewhere", path.string())};
  return {failure_kind::cannot_create, fmt::format("\"{}\" cannot be made: {}; name another file",
                                                   path.string(), reason_of(error))};
}

failure cannot_write(const fs::path& path, int error) {
  if (error == ENOSPC || error == EDQUOT || error == EFBIG)
    return {failure_kind::disk_full,
            fmt::format("\"{}\" was not written: {}; make room or name a file elsewhere",
                        path.string(), reason_of(error))};
  return {failure_kind::output_failed,
          fmt::format("\"{}\" could not be written: {}", path.string(), reason_of(error))};
}

}  // namespace

replacing_file::replacing_file(fs::path path)
    : path_(std::move(path)),
      target_(without_links(path_)),
      written_(place_to_write(target_)),
      file_(::open(written_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
  if (!file_) throw cannot_make(path_, errno);
}

replacing_file::~replacing_file() {
  std::error_code ignored;
  if (is_beside()) fs::remove(written_, ignored);
}

void replacing_file::write(std::string_view content) {
  while (!content.empty()) {
    const auto size = ::write(file_.get(), content.data(), content.size());
    if (size < 0 && errno != EINTR) throw cannot_write(path_, errno);
    if (size > 0) content.remove_prefix(static_cast<std::size_t>(size));
  }
  if (::close(file_.release()) != 0) throw cannot_write(path_, errno);
  std::error_code trouble;
  if (is_beside()) fs::rename(written_, target_, trouble);
  if (trouble) throw cannot_write(path_, trouble.value());
}

}  // namespace troupe::inspecting
