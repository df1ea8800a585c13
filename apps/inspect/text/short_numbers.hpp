#pragma once

#include <chrono>
#include <string>

namespace troupe::inspecting {

/// At most six cells: "12 µs", "1.2 ms", "123 ms", "4.5 s", "12m30s", "3h12m", "5d03h".
[[nodiscard]] std::string short_time(std::chrono::nanoseconds time);

/// At most five cells: "0", "999", "1.2k", "34k", "5.6M".
[[nodiscard]] std::string short_count(double count);

/// At most five cells; less than 100 with a digit after the point: "0", "0.1", "50.0", "200".
[[nodiscard]] std::string short_rate(double per_second);

/// "512 B", "1.2 KiB", "15 MiB".
[[nodiscard]] std::string short_bytes(double bytes);

}  // namespace troupe::inspecting
