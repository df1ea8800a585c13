#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Where sound comes from and where it goes, as URIs: a scheme, a colon, a path or name, options.
/// In a path, %XX stands for a byte; a '?' begins the options unless it is written %3F.
namespace troupe {

/// `file:PATH`, with `?loop=1` to begin again at its end. A path may also come as file:///PATH.
struct file_source {
  std::string path;
  bool loop = false;
  friend bool operator==(const file_source&, const file_source&) = default;
};

/// Who sets the pace of a pipe: the clock (a writer may be ahead of it) or the writer alone.
enum class pipe_pace : std::uint8_t { clock, writer };

/// `pipe:PATH` or `pipe:-` for standard input: raw signed 16-bit little-endian samples, with
/// `?rate=HZ&channels=N&pace=clock|writer`.
struct pipe_source {
  std::string path;
  std::uint32_t sample_rate_hz = 48000;
  std::uint32_t channels = 2;
  pipe_pace pace = pipe_pace::clock;
  friend bool operator==(const pipe_source&, const pipe_source&) = default;
};

/// `alsa:DEVICE`, a capture device by its ALSA name; the default device when left empty.
struct alsa_source {
  std::string device = "default";
  friend bool operator==(const alsa_source&, const alsa_source&) = default;
};

/// `tone:HZ`, a sine wave at -12 dBFS.
struct tone_source {
  double frequency_hz = 440;
  friend bool operator==(const tone_source&, const tone_source&) = default;
};

/// `silence:`, digital silence.
struct silence_source {
  friend bool operator==(const silence_source&, const silence_source&) = default;
};

/// Where a node is reached by others: a host's name or number, and a port.
struct node_address {
  std::string host;
  std::uint16_t port = 0;
  friend bool operator==(const node_address&, const node_address&) = default;
};

/// `HOST:PORT`; a number of IP version 6 stands in brackets. Port 0 is any that is free. Throws
/// failure{bad_value} that says what is wrong with `text`.
[[nodiscard]] node_address parse_node_address(std::string_view text);
[[nodiscard]] std::string to_string(const node_address& address);

/// `troupe://HOST:PORT`, another node's stream; the same again after commas, for when that node is
/// away: the first one that is there serves.
struct link_source {
  std::vector<node_address> upstreams;
  friend bool operator==(const link_source&, const link_source&) = default;
};

/// Whether `text` is meant to be one.
[[nodiscard]] bool is_link_source(std::string_view text);
/// Throws failure{bad_value}.
[[nodiscard]] link_source parse_link_source(std::string_view text);

using source_address =
    std::variant<file_source, pipe_source, alsa_source, tone_source, silence_source, link_source>;

/// Throws failure{bad_value} that says what is wrong with `uri`.
[[nodiscard]] source_address parse_source_address(std::string_view uri);
[[nodiscard]] std::string to_string(const source_address& address);

struct wav_output {
  std::string path;
  friend bool operator==(const wav_output&, const wav_output&) = default;
};
struct opus_output {
  std::string path;
  friend bool operator==(const opus_output&, const opus_output&) = default;
};
struct alsa_output {
  std::string device = "default";
  friend bool operator==(const alsa_output&, const alsa_output&) = default;
};
/// Decoded and thrown away.
struct null_output {
  friend bool operator==(const null_output&, const null_output&) = default;
};
/// Raw signed 16-bit little-endian samples on standard output.
struct stdout_output {
  friend bool operator==(const stdout_output&, const stdout_output&) = default;
};

/// `FILE.wav`, `FILE.opus` (also as file:…), `alsa:DEVICE`, `null` (or `null:`), `-`.
using output_address =
    std::variant<wav_output, opus_output, alsa_output, null_output, stdout_output>;

/// Throws failure{bad_value} that says what is wrong with `text`.
[[nodiscard]] output_address parse_output_address(std::string_view text);

}  // namespace troupe
