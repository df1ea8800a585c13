#pragma once

#include "protocol/adaptation.hpp"

namespace troupe::telemetry {

/// What `level` sets, for a stream of which `asked_for` was asked and of whose frames a share of
/// `lost` (of 1) gets lost on links.
///
///   level  complexity  bitrate  frame
///     0      100 %      100 %   as asked for
///     1       83 %       90 %   as asked for
///     2       67 %       80 %   as asked for
///     3       50 %       70 %   as asked for
///     4       33 %       60 %   40 ms at least
///     5       17 %       50 %   40 ms at least
///     6        0 %       40 %   40 ms at least
///     7        0 %       33 %   60 ms at least
///     8        0 %       25 %   60 ms at least
///
/// Of longer frames fewer may wait, in the node and in the kernel, so that no client hears older
/// sound than before. Where frames get lost, in-band error correction expects as much, from any
/// level on. Nothing passes `limits`, or what was asked for where that is beyond them already.
[[nodiscard]] stream_tuning tuning_at(adaptation_level level, const stream_tuning& asked_for,
                                      const adaptation_limits& limits, double lost);

/// The CPU time of the encoder for a second of sound, compared with other settings only. Of libopus
/// 1.3.1 on stereo music at 48 kHz; the frame's duration changes next to nothing.
[[nodiscard]] double encoder_cost(const codec_settings& codec);

}  // namespace troupe::telemetry
