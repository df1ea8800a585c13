#include "protocol/address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include "protocol/failure.hpp"

namespace troupe {
namespace {

constexpr std::string_view source_forms =
    "file:PATH, pipe:PATH, pipe:-, alsa:DEVICE, tone:HZ, silence: or troupe://HOST:PORT";
constexpr std::string_view link_prefix = "troupe://";
constexpr std::string_view output_forms = "FILE.wav, FILE.opus, alsa:DEVICE, null or -";

[[noreturn]] void refuse(std::string_view uri, const std::string& why) {
  throw failure{failure_kind::bad_value, "\"" + std::string{uri} + "\": " + why};
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
  return std::nullopt;
}

/// Replaces %XX by the byte that it stands for; a '%' before anything else stays as it is.
std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto high = hex_digit(text[i + 1]);
      const auto low = hex_digit(text[i + 2]);
      if (high && low) {
        result += static_cast<char>(*high * 16 + *low);
        i += 2;
        continue;
      }
    }
    result += text[i];
  }
  return result;
}

std::string percent_encoded(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '?') {
      result += "%3F";
    } else if (c == '%') {
      result += "%25";
    } else {
      result += c;
    }
  }
  return result;
}

/// A URI taken apart at its colon and question mark; `rest` is what stands between the scheme and
/// the options, decoded.
struct uri_parts {
  std::string_view whole;
  std::string_view scheme;
  std::string rest;
  std::map<std::string, std::string, std::less<>> options;
};

void read_options(std::string_view query, uri_parts& parts) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto option = query.substr(0, end);
    const auto equals = option.find('=');
    if (equals == std::string_view::npos)
      refuse(parts.whole, "the option \"" + std::string{option} + "\" has no value; write " +
                              std::string{option} + "=VALUE");
    const auto [at, is_new] =
        parts.options.emplace(option.substr(0, equals), percent_decoded(option.substr(equals + 1)));
    if (!is_new) refuse(parts.whole, "the option \"" + at->first + "\" is there twice");
    query.remove_prefix(std::min(end + 1, query.size()));
  }
}

/// Expects a colon in `uri`.
uri_parts take_apart(std::string_view uri) {
  uri_parts parts{.whole = uri, .scheme = {}, .rest = {}, .options = {}};
  const auto colon = uri.find(':');
  parts.scheme = uri.substr(0, colon);
  auto rest = uri.substr(colon + 1);
  const auto question = rest.find('?');
  if (question != std::string_view::npos) {
    read_options(rest.substr(question + 1), parts);
    rest = rest.substr(0, question);
  }
  parts.rest = percent_decoded(rest);
  return parts;
}

/// Removes an option from `parts` and returns its value.
std::optional<std::string> take_option(uri_parts& parts, std::string_view name) {
  const auto at = parts.options.find(name);
  if (at == parts.options.end()) return std::nullopt;
  auto value = std::move(at->second);
  parts.options.erase(at);
  return value;
}

std::uint32_t take_number(uri_parts& parts, std::string_view name, std::uint32_t otherwise,
                          std::uint32_t least, std::uint32_t most) {
  const auto text = take_option(parts, name);
  if (!text) return otherwise;
  std::uint32_t value = 0;
  const auto* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc{} || stop != end || value < least || value > most)
    refuse(parts.whole, std::string{name} + " is a whole number from " + std::to_string(least) +
                            " to " + std::to_string(most) + ", not \"" + *text + "\"");
  return value;
}

/// The path of `parts`. Three or more leading slashes, as in file:///PATH, are one.
std::string path_of(const uri_parts& parts) {
  if (parts.rest.find('\0') != std::string::npos)
    refuse(parts.whole, "a path cannot hold a zero byte");
  const auto slashes = std::min(parts.rest.find_first_not_of('/'), parts.rest.size());
  return slashes >= 3 ? parts.rest.substr(slashes - 1) : parts.rest;
}

std::string required_path(const uri_parts& parts) {
  if (parts.rest.empty())
    refuse(parts.whole, "the path is missing; write " + std::string{parts.scheme} + ":" +
                            (parts.scheme == "pipe" ? "PATH or pipe:-" : "PATH"));
  return path_of(parts);
}

void refuse_unknown_options(const uri_parts& parts, const std::string& owner) {
  if (parts.options.empty()) return;
  refuse(parts.whole, owner + " has no option \"" + parts.options.begin()->first + "\"");
}

source_address read_file(uri_parts& parts) {
  return file_source{.path = required_path(parts),
                     .loop = take_number(parts, "loop", 0, 0, 1) == 1};
}

source_address read_pipe(uri_parts& parts) {
  pipe_source result{.path = required_path(parts)};
  result.sample_rate_hz = take_number(parts, "rate", result.sample_rate_hz, 4000, 768'000);
  result.channels = take_number(parts, "channels", result.channels, 1, 64);
  const auto pace = take_option(parts, "pace").value_or("clock");
  if (pace != "clock" && pace != "writer")
    refuse(parts.whole, "pace is clock or writer, not \"" + pace + "\"");
  result.pace = pace == "writer" ? pipe_pace::writer : pipe_pace::clock;
  return result;
}

source_address read_alsa(uri_parts& parts) {
  alsa_source result;
  if (!parts.rest.empty()) result.device = parts.rest;
  return result;
}

source_address read_tone(uri_parts& parts) {
  tone_source result;
  if (parts.rest.empty()) return result;
  const auto* end = parts.rest.data() + parts.rest.size();
  const auto [stop, error] = std::from_chars(parts.rest.data(), end, result.frequency_hz);
  // The comparison is written so that a NaN fails it.
  const bool in_range = result.frequency_hz >= 1 && result.frequency_hz <= 20'000;
  if (error != std::errc{} || stop != end || !in_range)
    refuse(parts.whole, "the frequency of a tone is 1 to 20000 Hz");
  return result;
}

source_address read_silence(uri_parts& parts) {
  if (!parts.rest.empty()) refuse(parts.whole, "silence: takes nothing after the colon");
  return silence_source{};
}

struct source_kind {
  std::string_view scheme;
  source_address (*read)(uri_parts&);
};

source_address read_link(uri_parts& parts) { return parse_link_source(parts.whole); }

constexpr std::array<source_kind, 6> source_kinds{{{"file", read_file},
                                                   {"pipe", read_pipe},
                                                   {"alsa", read_alsa},
                                                   {"tone", read_tone},
                                                   {"silence", read_silence},
                                                   {"troupe", read_link}}};

const source_kind& kind_of(std::string_view uri) {
  const auto colon = uri.find(':');
  const auto scheme = colon == std::string_view::npos ? std::string_view{} : uri.substr(0, colon);
  for (const auto& kind : source_kinds)
    if (kind.scheme == scheme) return kind;
  const bool looks_like_a_path = scheme.empty() || scheme.find('/') != std::string_view::npos;
  refuse(uri, "not a source; a source is " + std::string{source_forms} +
                  (looks_like_a_path ? "; for a file write file:" + std::string{uri} : ""));
}

/// A bare path is taken as it stands; after file: it is read as a URI.
std::string output_path(std::string_view text) {
  if (!text.starts_with("file:")) return std::string{text};
  const auto parts = take_apart(text);
  refuse_unknown_options(parts, "an output");
  return path_of(parts);
}

struct source_printer {
  std::string operator()(const file_source& source) const {
    return "file:" + percent_encoded(source.path) + (source.loop ? "?loop=1" : "");
  }
  std::string operator()(const pipe_source& source) const {
    return "pipe:" + percent_encoded(source.path) +
           "?rate=" + std::to_string(source.sample_rate_hz) +
           "&channels=" + std::to_string(source.channels) +
           "&pace=" + (source.pace == pipe_pace::writer ? "writer" : "clock");
  }
  std::string operator()(const alsa_source& source) const {
    return "alsa:" + percent_encoded(source.device);
  }
  std::string operator()(const tone_source& source) const {
    std::array<char, 32> digits{};
    const auto written =
        std::to_chars(digits.data(), digits.data() + digits.size(), source.frequency_hz);
    return "tone:" + std::string{digits.data(), written.ptr};
  }
  std::string operator()(const silence_source&) const { return "silence:"; }
  std::string operator()(const link_source& source) const {
    std::string result;
    for (const auto& each : source.upstreams)
      result += (result.empty() ? "" : ",") + std::string{link_prefix} + to_string(each);
    return result;
  }
};

std::uint16_t parse_port(std::string_view whole, std::string_view text) {
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || stop != end)
    refuse(whole, "the port is a whole number from 0 to 65535, not \"" + std::string{text} + "\"");
  return port;
}

}  // namespace

node_address parse_node_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    refuse(text, "the port is missing; write HOST:PORT, such as 127.0.0.1:4747");
  auto host = text.substr(0, colon);
  const bool is_in_brackets = host.starts_with('[') && host.ends_with(']');
  if (is_in_brackets) host = host.substr(1, host.size() - 2);
  if (!is_in_brackets && host.find(':') != std::string_view::npos)
    refuse(text, "an address of IP version 6 stands in brackets: [::1]:4747");
  if (host.empty() || host.find_first_of("/?, ") != std::string_view::npos)
    refuse(text, "the host is missing or no host's name; write HOST:PORT, such as 127.0.0.1:4747");
  return {.host = std::string{host}, .port = parse_port(text, text.substr(colon + 1))};
}

std::string to_string(const node_address& address) {
  const bool is_version_6 = address.host.find(':') != std::string::npos;
  const auto host = is_version_6 ? "[" + address.host + "]" : address.host;
  return host + ":" + std::to_string(address.port);
}

bool is_link_source(std::string_view text) { return text.starts_with("troupe:"); }

link_source parse_link_source(std::string_view text) {
  link_source result;
  for (auto rest = text;;) {
    const auto end = std::min(rest.find(','), rest.size());
    const auto each = rest.substr(0, end);
    if (!each.starts_with(link_prefix))
      refuse(text,
             "another node is written troupe://HOST:PORT, several of them with commas between");
    const auto address = parse_node_address(each.substr(link_prefix.size()));
    if (address.port == 0) refuse(text, "the port of another node is not 0");
    if (std::find(result.upstreams.begin(), result.upstreams.end(), address) !=
        result.upstreams.end())
      refuse(text, "the node " + to_string(address) + " is there twice");
    result.upstreams.push_back(address);
    if (end == rest.size()) return result;
    rest.remove_prefix(end + 1);
  }
}

source_address parse_source_address(std::string_view uri) {
  const auto& kind = kind_of(uri);
  auto parts = take_apart(uri);
  auto result = kind.read(parts);
  refuse_unknown_options(parts, "the source " + std::string{parts.scheme} + ":");
  return result;
}

std::string to_string(const source_address& address) {
  return std::visit(source_printer{}, address);
}

output_address parse_output_address(std::string_view text) {
  if (text == "-") return stdout_output{};
  if (text == "null" || text == "null:") return null_output{};
  if (text.starts_with("alsa:")) {
    const auto device = text.substr(5);
    return device.empty() ? alsa_output{} : alsa_output{.device = std::string{device}};
  }
  const auto path = output_path(text);
  if (path.ends_with(".wav")) return wav_output{.path = path};
  if (path.ends_with(".opus")) return opus_output{.path = path};
  refuse(text, "not an output; an output is " + std::string{output_forms} +
                   " (the ending tells the format)");
}

}  // namespace troupe
