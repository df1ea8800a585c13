#pragma once

#include <string>

namespace troupe {

/// Makes a private authority, and certificates of it for two nodes and a listener, in `directory`,
/// which is made as well. They are good for a year. Returns what to do with them, in words for
/// people. Throws failure{cannot_create} if any of the files is there already, or cannot be made;
/// then nothing that was there is changed.
[[nodiscard]] std::string make_trial_certificates(const std::string& directory);

}  // namespace troupe
