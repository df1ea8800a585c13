#include "apps/common/version.hpp"

namespace troupe {

std::string_view version() { return TROUPE_VERSION; }

std::string version_line(std::string_view program) {
  return std::string{program} + " " + TROUPE_VERSION;
}

}  // namespace troupe
