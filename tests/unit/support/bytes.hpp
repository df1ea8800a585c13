#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

namespace troupe::test {

using byte_vector = std::vector<std::byte>;

/// The bytes with these values, as one writes them by hand.
inline byte_vector bytes(std::initializer_list<unsigned> values) {
  byte_vector result;
  for (const auto value : values) result.push_back(static_cast<std::byte>(value));
  return result;
}

inline byte_vector to_vector(std::span<const std::byte> view) { return {view.begin(), view.end()}; }

inline bool same_bytes(std::span<const std::byte> a, std::span<const std::byte> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

/// All of `parts` in one.
inline byte_vector joined(std::initializer_list<byte_vector> parts) {
  byte_vector result;
  for (const auto& part : parts) result.insert(result.end(), part.begin(), part.end());
  return result;
}

/// `count` bytes that tell their place: 0, 1, 2 … 255, 0, 1 …
inline byte_vector counting_bytes(std::size_t count) {
  byte_vector result(count);
  for (std::size_t i = 0; i < count; ++i) result[i] = static_cast<std::byte>(i & 0xFFU);
  return result;
}

}  // namespace troupe::test
