#include "protocol/link.hpp"

#include "protocol/wire.hpp"

namespace troupe {

link_frame link_frame::of(const frame& source, unix_time sent) {
  const auto& info = source.info();
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(source.packet().data());
  return {.stream = to_number(info.stream),
          .sequence = to_number(info.sequence),
          .captured_unix_ns = info.captured.time_since_epoch().count(),
          .sent_unix_ns = sent.time_since_epoch().count(),
          .format = info.format,
          .packet = {bytes, bytes + source.packet().size()}};
}

bool link_frame::is_plausible(unix_time now) const {
  return format.is_opus() && !packet.empty() && packet.size() <= wire::max_payload_size &&
         is_plausible_time(captured_unix_ns, now) && is_plausible_time(sent_unix_ns, now);
}

}  // namespace troupe
