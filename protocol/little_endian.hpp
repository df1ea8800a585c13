#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace troupe {

/// Stores `value` at `out`, least significant byte first, whatever the machine's own order.
template <std::unsigned_integral T>
constexpr void store_little_endian(T value, std::byte* out) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out[i] = static_cast<std::byte>((value >> (8 * i)) & 0xFFU);
}

template <std::unsigned_integral T>
[[nodiscard]] constexpr T load_little_endian(const std::byte* in) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value =
        static_cast<T>(value | (static_cast<T>(std::to_integer<std::uint8_t>(in[i])) << (8 * i)));
  return value;
}

}  // namespace troupe
