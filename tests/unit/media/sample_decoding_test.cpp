#include "actors/media/sample_decoding.hpp"

#include <limits>
#include <vector>

#include <doctest/doctest.h>

#include "tests/unit/support/bytes.hpp"

using namespace troupe::media;
using troupe::test::bytes;

namespace {

float decoded(std::initializer_list<unsigned> values, sample_encoding encoding) {
  float sample = 99;
  decode_samples(bytes(values), encoding, {&sample, 1});
  return sample;
}

}  // namespace

TEST_CASE("samples of each encoding are decoded, least significant byte first") {
  CHECK(decoded({0x00, 0x80}, sample_encoding::signed_16) == -1.0F);
  CHECK(decoded({0x00, 0x40}, sample_encoding::signed_16) == 0.5F);
  CHECK(decoded({0xFF, 0xFF}, sample_encoding::signed_16) == -0x1p-15F);
  CHECK(decoded({0x00, 0x00, 0x80}, sample_encoding::signed_24_packed) == -1.0F);
  CHECK(decoded({0x01, 0x00, 0x00}, sample_encoding::signed_24_packed) == 0x1p-23F);
  CHECK(decoded({0xFF, 0xFF, 0xFF}, sample_encoding::signed_24_packed) == -0x1p-23F);
  CHECK(decoded({0x00, 0x00, 0x00, 0x80}, sample_encoding::signed_32) == -1.0F);
  CHECK(decoded({0x00, 0x00, 0x00, 0x20}, sample_encoding::signed_32) == 0.25F);
  CHECK(decoded({0x00, 0x00, 0x00, 0xBF}, sample_encoding::float_32) == -0.5F);
}

TEST_CASE("what is no number becomes silence") {
  CHECK(decoded({0x00, 0x00, 0xC0, 0x7F}, sample_encoding::float_32) == 0.0F);  // NaN
  std::vector<float> samples{1.5F, std::numeric_limits<float>::infinity(), -0.25F,
                             -std::numeric_limits<float>::infinity(),
                             std::numeric_limits<float>::quiet_NaN()};
  silence_non_finite(samples);
  CHECK(samples == std::vector<float>{1.5F, 0, -0.25F, 0, 0});
}
