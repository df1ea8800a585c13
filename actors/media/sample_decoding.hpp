#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace troupe::media {

/// How a sample lies in memory; all of them little-endian, full scale is 1.0.
enum class sample_encoding : std::uint8_t { signed_16, signed_24_packed, signed_32, float_32 };

[[nodiscard]] std::size_t bytes_per_sample(sample_encoding encoding);

/// Decodes as many samples as `samples` holds from `bytes`, which holds as many at least.
void decode_samples(std::span<const std::byte> bytes, sample_encoding encoding,
                    std::span<float> samples);

/// Replaces what is no number (NaN, infinity) by silence: in a filter it would never die away.
void silence_non_finite(std::span<float> samples);

}  // namespace troupe::media
