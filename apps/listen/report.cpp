#include "apps/listen/report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/common/json_line.hpp"
#include "protocol/clock.hpp"

namespace troupe::listening {
namespace {

using std::chrono::nanoseconds;

double seconds(nanoseconds time) { return std::chrono::duration<double>(time).count(); }

double kilobits_per_second(const report& heard) {
  const auto time = seconds(heard.duration);
  return time > 0 ? static_cast<double>(heard.opus_bytes) * 8 / 1000 / time : 0;
}

std::string quantity(std::uint64_t count, std::string_view unit) {
  return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
}

}  // namespace

std::string to_json(const report& heard) {
  nlohmann::ordered_json json{
      {"frames", heard.frames},
      {"missing_frames", heard.missing_frames},
      {"bytes", heard.bytes},
      {"duration_s", seconds(heard.duration)},
      {"latency_p50_us", to_microseconds(heard.latency.percentile(50))},
      {"latency_p99_us", to_microseconds(heard.latency.percentile(99))},
      {"latency_p999_us", to_microseconds(heard.latency.percentile(99.9))},
      {"latency_max_us", to_microseconds(heard.latency.max())},
      {"reconnects", heard.reconnects},
      {"decode_errors", heard.decode_errors},
      {"protocol_errors", heard.protocol_errors},
      {"stops", heard.stops},
      {"opus_bytes", heard.opus_bytes},
      {"elapsed_s", seconds(heard.elapsed)},
      {"frames_from_future", heard.frames_from_future},
      {"output_samples_dropped", heard.samples_dropped},
      {"peak_dbfs", heard.peak_dbfs},
      {"rms_dbfs", heard.rms_dbfs},
      {"socket", heard.socket},
      {"output", heard.output},
  };
  if (heard.format) {
    json["sample_rate_hz"] = heard.format->sample_rate_hz;
    json["channels"] = heard.format->channels;
    json["frame_size"] = heard.format->frame_size;
  }
  if (heard.link) {
    json["link_losses"] = heard.link->losses;
    json["link_refusals"] = heard.link->refusals;
    json["link_frames_missing"] = heard.link->frames_missing;
    json["link_frames_duplicate"] = heard.link->frames_duplicate;
    if (heard.link->clock_offset) {
      json["clock_offset_us"] = to_microseconds(*heard.link->clock_offset);
      json["clock_error_us"] = to_microseconds(heard.link->clock_error);
      json["latency_error_us"] = to_microseconds(heard.link->origin_error);
    }
  }
  return json_line(json);
}

std::string to_text(const report& heard) {
  auto text = fmt::format(
      "heard {:.2f} s from {}: {}, {:.1f} kbit/s\n"
      "{} missing, {}, {}, {}\n",
      seconds(heard.duration), heard.socket, quantity(heard.frames, "frame"),
      kilobits_per_second(heard), quantity(heard.missing_frames, "frame"),
      quantity(heard.reconnects, "reconnect"), quantity(heard.decode_errors, "decode error"),
      quantity(heard.protocol_errors, "protocol error"));
  if (heard.frames == 0) return text;
  text += fmt::format(
      "latency {:.3f} ms median, {:.3f} ms p99, {:.3f} ms p99.9, {:.3f} ms at most\n"
      "level {:.1f} dBFS RMS, {:.1f} dBFS at the peak\n",
      to_milliseconds(heard.latency.percentile(50)), to_milliseconds(heard.latency.percentile(99)),
      to_milliseconds(heard.latency.percentile(99.9)), to_milliseconds(heard.latency.max()),
      heard.rms_dbfs, heard.peak_dbfs);
  if (heard.frames_from_future > 0)
    text += fmt::format("{} from the future: the node's clock is ahead of ours\n",
                        quantity(heard.frames_from_future, "frame"));
  if (heard.samples_dropped > 0)
    text += fmt::format("{} dropped: the output was behind\n",
                        quantity(heard.samples_dropped, "sample"));
  return text + fmt::format("written to: {}\n", heard.output);
}

}  // namespace troupe::listening
