#include "actors/media/sample_decoding.hpp"

#include <bit>
#include <cmath>

#include "protocol/little_endian.hpp"

namespace troupe::media {
namespace {

float decode_16(const std::byte* in) {
  return static_cast<float>(static_cast<std::int16_t>(load_little_endian<std::uint16_t>(in))) *
         0x1p-15F;
}

float decode_24(const std::byte* in) {
  // The three bytes go to the upper end of a word, where its sign is theirs.
  const auto word = (std::to_integer<std::uint32_t>(in[0]) << 8U) |
                    (std::to_integer<std::uint32_t>(in[1]) << 16U) |
                    (std::to_integer<std::uint32_t>(in[2]) << 24U);
  return static_cast<float>(static_cast<std::int32_t>(word)) * 0x1p-31F;
}

float decode_32(const std::byte* in) {
  return static_cast<float>(static_cast<std::int32_t>(load_little_endian<std::uint32_t>(in))) *
         0x1p-31F;
}

float decode_float(const std::byte* in) {
  return std::bit_cast<float>(load_little_endian<std::uint32_t>(in));
}

template <std::size_t Size, class Decode>
void decode_all(const std::byte* in, std::span<float> samples, Decode decode) {
  for (auto& sample : samples) {
    sample = decode(in);
    in += Size;
  }
}

}  // namespace

std::size_t bytes_per_sample(sample_encoding encoding) {
  switch (encoding) {
    case sample_encoding::signed_16:
      return 2;
    case sample_encoding::signed_24_packed:
      return 3;
    case sample_encoding::signed_32:
    case sample_encoding::float_32:
      break;
  }
  return 4;
}

void decode_samples(std::span<const std::byte> bytes, sample_encoding encoding,
                    std::span<float> samples) {
  switch (encoding) {
    case sample_encoding::signed_16:
      decode_all<2>(bytes.data(), samples, decode_16);
      break;
    case sample_encoding::signed_24_packed:
      decode_all<3>(bytes.data(), samples, decode_24);
      break;
    case sample_encoding::signed_32:
      decode_all<4>(bytes.data(), samples, decode_32);
      break;
    case sample_encoding::float_32:
      decode_all<4>(bytes.data(), samples, decode_float);
      silence_non_finite(samples);
      break;
  }
}

void silence_non_finite(std::span<float> samples) {
  for (auto& sample : samples) sample = std::isfinite(sample) ? sample : 0.0F;
}

}  // namespace troupe::media
