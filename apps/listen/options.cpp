#include "apps/listen/options.hpp"

#include <cstdlib>
#include <variant>

#include <CLI/CLI.hpp>

#include "apps/common/command_line.hpp"
#include "apps/common/duration_option.hpp"
#include "apps/common/exit_status.hpp"
#include "apps/common/log.hpp"
#include "apps/common/tls_options.hpp"
#include "apps/common/version.hpp"
#include "protocol/failure.hpp"

namespace troupe::listening {
namespace {

constexpr const char* description =
    "Listens to an audio node: plays, records or measures what it sends.";

constexpr const char* footer_text = R"(
Outputs for --out:
  FILE.wav     decoded: 48 kHz, 16 bits; as many channels as the stream has
  FILE.opus    the packets as they come, in an Ogg Opus file
  alsa:DEVICE  played on a sound device; alsa: alone is the default one
  -            decoded, to standard output: 48 kHz, stereo, signed 16 bits, little-endian
  null         decoded and thrown away, to measure
A file that is there is overwritten once sound comes, not before. It is whole at any time but for
its last second, whatever ends the listener, the node or the room on the disk.

Frames that are missing are made up for (by concealment, then by silence), so that the output is as
long as the time listened.

The end: after --duration; on SIGINT, SIGTERM or SIGHUP; when nobody reads standard output any more;
or when the node says that it stops. A node that is lost without a word is waited for, however long.
A node that was never there is tried 8 times, within a second (some seconds on another machine).

With --json, the last line of standard output is an object with frames, missing_frames, bytes (all
that came, headers included), duration_s (sound put out), latency_p50_us, latency_p99_us,
latency_p999_us, latency_max_us (from a frame's time to its arrival), reconnects, decode_errors,
protocol_errors and more.

The time line has a JSON object a line: from_us and to_us (when the first and the last frame of a span
without a break came, in Unix time), frames, missing_before (frames that never came), continues
(true: no break before it; what lasts is told each second). A break is where frames are missing or
nothing came for 150 ms beyond a frame's length.

Examples:
  troupe-listen --out alsa:                             hear the node at the usual place
  troupe-listen /tmp/a.sock --out a.opus --duration 15  record 15 seconds
  troupe-listen troupe://10.0.0.2:4747 --out alsa:      hear one on another machine
  troupe-listen --out - | aplay -f dat                  hand the sound to another program
  troupe-listen --duration 10s --json                   measure

)";

std::string usual_socket() {
  const char* named = std::getenv("JETKVM_AUDIO_OUTPUT_SOCKET");
  return named != nullptr && *named != '\0' ? named : "/var/run/audio_output.sock";
}

void refuse_contradictions(const listen_options& options) {
  if (options.json && std::holds_alternative<stdout_output>(options.output))
    throw failure{failure_kind::bad_value,
                  "--json and --out - contradict each other: both want standard output"};
  if (options.silent && is_link_source(options.node))
    throw failure{
        failure_kind::bad_value,
        "--silent and " + options.node +
            " contradict each other: only a node's socket takes listeners that say nothing"};
  if (options.silent && options.follow)
    throw failure{failure_kind::bad_value,
                  "--silent and --follow contradict each other: a node does not tell a silent "
                  "listener that it stops"};
}

}  // namespace

std::optional<listen_options> read_options(int count, const char* const* arguments) {
  listen_options options;
  options.node = usual_socket();
  std::string output = "null";
  bool no_meter = false;

  CLI::App app{description, "troupe-listen"};
  app.set_version_flag("--version", version_line("troupe-listen"));
  app.footer(footer_text + std::string{exit_status_help()});
  app.add_option("NODE", options.node,
                 "The node's socket; or its address, troupe://HOST:PORT, several with commas "
                 "between for when one is away; without it $JETKVM_AUDIO_OUTPUT_SOCKET, else "
                 "/var/run/audio_output.sock");
  app.add_option("--out", output, "Where the sound goes; see below")
      ->type_name("OUTPUT")
      ->capture_default_str();
  app.add_option("--timeline", options.time_line,
                 "Write down in this file when sound came, as it comes; see below")
      ->type_name("FILE");
  add_duration_option(app, "--duration", options.duration,
                      "End after so much sound, counted from the first frame: 15, 15s, 500ms, 2m");
  app.add_flag("--json", options.json, "Print what was heard as one JSON object at the end");
  app.add_flag("--silent", options.silent,
               "Send the node nothing: it then sends frames only, neither format nor stop");
  app.add_flag("--follow", options.follow,
               "Go on when the node says that it stops, and wait for the next one");
  app.add_flag("--no-meter", no_meter, "Show no level, rate, latency and gaps on stderr");
  tls_options tls;
  add_tls_options(app, tls, "Security, of links to nodes on other machines");
  add_log_level_option(app, options.log_level);
  if (!parse_command_line(app, count, arguments)) return std::nullopt;

  options.meter = !no_meter;
  options.tls = tls.files();
  options.output = parse_output_address(output);
  if (is_link_source(options.node)) static_cast<void>(parse_link_source(options.node));
  refuse_contradictions(options);
  return options;
}

}  // namespace troupe::listening
