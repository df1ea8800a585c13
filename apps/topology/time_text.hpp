#pragma once

#include <chrono>
#include <string>

namespace troupe::topology {

/// As a file has it, exactly: "20s", "1500ms", "250us"; parse_duration reads it.
[[nodiscard]] std::string exact_text(std::chrono::microseconds time);

/// For people, with three digits that matter: "12.3 ms", "1.23 s".
[[nodiscard]] std::string readable_text(std::chrono::microseconds time);

[[nodiscard]] double in_seconds(std::chrono::microseconds time);
[[nodiscard]] double in_milliseconds(std::chrono::microseconds time);

}  // namespace troupe::topology
