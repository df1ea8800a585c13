#include "apps/bench/temporary_directory.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace troupe::bench {

temporary_directory::temporary_directory() {
  auto pattern = (std::filesystem::temp_directory_path() / "troupe-bench-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw std::system_error{errno, std::generic_category(), "cannot make " + pattern};
  path_ = pattern;
}

temporary_directory::~temporary_directory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace troupe::bench
