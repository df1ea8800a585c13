#include "protocol/little_endian.hpp"

#include <array>
#include <cstdint>

#include <doctest/doctest.h>

#include "tests/unit/support/bytes.hpp"

namespace troupe {
namespace {

using test::bytes;
using test::same_bytes;

TEST_CASE("numbers are stored least significant byte first, in their own size") {
  std::array<std::byte, 8> out{};
  store_little_endian(std::uint64_t{0xF1E2D3C4B5A69788}, out.data());
  CHECK(same_bytes(out, bytes({0x88, 0x97, 0xA6, 0xB5, 0xC4, 0xD3, 0xE2, 0xF1})));
  out = {};
  store_little_endian(std::uint16_t{0xABCD}, out.data());
  CHECK(same_bytes(out, bytes({0xCD, 0xAB, 0, 0, 0, 0, 0, 0})));
  out = {};
  store_little_endian(std::uint8_t{0xEF}, out.data());
  CHECK(same_bytes(out, bytes({0xEF, 0, 0, 0, 0, 0, 0, 0})));
}

TEST_CASE("numbers are loaded least significant byte first, in their own size") {
  const auto in = bytes({0x88, 0x97, 0xA6, 0xB5, 0xC4, 0xD3, 0xE2, 0xF1});
  CHECK(load_little_endian<std::uint8_t>(in.data()) == 0x88);
  CHECK(load_little_endian<std::uint16_t>(in.data()) == 0x9788);
  CHECK(load_little_endian<std::uint32_t>(in.data()) == 0xB5A69788);
  CHECK(load_little_endian<std::uint64_t>(in.data()) == 0xF1E2D3C4B5A69788);
}

}  // namespace
}  // namespace troupe
