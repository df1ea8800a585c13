#include "protocol/counters.hpp"

namespace troupe {

std::string_view to_string(drop_cause cause) {
  switch (cause) {
    case drop_cause::queue_full:
      return "queue_full";
    case drop_cause::write_timeout:
      return "write_timeout";
    case drop_cause::client_gone:
      return "client_gone";
    case drop_cause::replaced:
      return "replaced";
    case drop_cause::protocol_error:
      return "protocol_error";
    case drop_cause::shutdown:
      return "shutdown";
    case drop_cause::upstream_gap:
      return "upstream_gap";
    case drop_cause::connection_failed:
      return "connection_failed";
    case drop_cause::dismissed:
      return "dismissed";
  }
  return "unknown";
}

std::string_view to_string(protocol_error error) {
  switch (error) {
    case protocol_error::bad_magic:
      return "bad_magic";
    case protocol_error::unknown_type:
      return "unknown_type";
    case protocol_error::oversized_payload:
      return "oversized_payload";
    case protocol_error::bad_config:
      return "bad_config";
    case protocol_error::unexpected_frame:
      return "unexpected_frame";
    case protocol_error::bad_credit:
      return "bad_credit";
  }
  return "unknown";
}

delivery_counters& delivery_counters::operator+=(const delivery_counters& other) {
  frames_offered += other.frames_offered;
  frames_delivered += other.frames_delivered;
  frames_queued += other.frames_queued;
  bytes_sent += other.bytes_sent;
  frames_dropped += other.frames_dropped;
  messages_received += other.messages_received;
  protocol_errors += other.protocol_errors;
  return *this;
}

}  // namespace troupe
