#pragma once

#include <cstdint>
#include <string>

namespace troupe {

/// Numbers the clients of a node in the order they came, from 1.
enum class client_number : std::uint64_t {};

[[nodiscard]] constexpr std::uint64_t to_number(client_number client) {
  return static_cast<std::uint64_t>(client);
}

/// For people.
[[nodiscard]] inline std::string to_string(client_number client) {
  return "client " + std::to_string(to_number(client));
}

}  // namespace troupe
