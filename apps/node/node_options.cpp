#include "apps/node/node_options.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "actors/runtime/realtime.hpp"
#include "apps/common/command_line.hpp"
#include "apps/common/duration_option.hpp"
#include "apps/common/log.hpp"
#include "apps/common/number_option.hpp"
#include "apps/common/tls_options.hpp"
#include "protocol/failure.hpp"

namespace troupe {
namespace {

/// What an option takes, in the order in which its help names it.
template <class T>
using named_values = std::vector<std::pair<std::string, T>>;

const named_values<quality> qualities{{"low", quality::low},
                                      {"medium", quality::medium},
                                      {"high", quality::high},
                                      {"ultra", quality::ultra}};
const named_values<opus_signal> signals{
    {"auto", opus_signal::automatic}, {"voice", opus_signal::voice}, {"music", opus_signal::music}};
const named_values<opus_bandwidth> bandwidths{{"narrow", opus_bandwidth::narrow},
                                              {"medium", opus_bandwidth::medium},
                                              {"wide", opus_bandwidth::wide},
                                              {"superwide", opus_bandwidth::superwide},
                                              {"full", opus_bandwidth::full}};
const named_values<delivery::overflow_policy> overflows{
    {"drop-oldest", delivery::overflow_policy::drop_oldest},
    {"drop-newest", delivery::overflow_policy::drop_newest}};

const named_values<adaptation_mode> adaptation_modes{
    {"off", adaptation_mode::off}, {"watch", adaptation_mode::watch}, {"on", adaptation_mode::on}};

const named_values<network::remote_inspection> remote_inspections{
    {"off", network::remote_inspection::off},
    {"look", network::remote_inspection::look},
    {"steer", network::remote_inspection::steer}};

/// An option that takes one of the names in `values`, which outlives it.
template <class T>
CLI::Option* add_choice(CLI::App& app, const std::string& name, std::optional<T>& target,
                        const named_values<T>& values, const std::string& help) {
  std::vector<std::string> names;
  for (const auto& [value_name, value] : values) names.push_back(value_name);
  const auto choose = [&target, &values](const std::string& given) {
    for (const auto& [value_name, value] : values)
      if (value_name == given) target = value;
  };
  return limit_to(names, app.add_option_function<std::string>(name, choose, help));
}

/// An option that takes the words on and off.
CLI::Option* add_on_off_option(CLI::App& app, const std::string& name, std::optional<bool>& target,
                               const std::string& help) {
  const auto choose = [&target](const std::string& given) { target = given == "on"; };
  return limit_to({"on", "off"}, app.add_option_function<std::string>(name, choose, help));
}

/// Has `flag` refuse words that say neither yes nor no. CLI11 would let an exception of std::stoll
/// through.
CLI::Option* as_switch(CLI::Option* flag) {
  const std::vector<std::string> words{"true", "false", "on", "off", "yes", "no", "1", "0"};
  return flag->check(CLI::IsMember(words).description(""));
}

/// A switch. CLI11's own flags would say "off" where nothing was said.
CLI::Option* add_switch(CLI::App& app, const std::string& name, std::optional<bool>& target,
                        const std::string& help) {
  return as_switch(app.add_flag_function(
      name, [&target](std::int64_t given) { target = given > 0; }, help));
}

/// The switches --NAME and --no-NAME. A file may have both as well, in any order.
void add_opposite_switches(CLI::App& app, const std::string& name, std::optional<bool>& target,
                           const std::string& help, const std::string& group) {
  const auto on = "--" + name;
  const auto off = "--no-" + name;
  const auto set_to = [&target, on, off](bool wanted) {
    if (target && *target != wanted)
      throw CLI::ValidationError{on + " and " + off + " contradict each other; leave one out"};
    target = wanted;
  };
  as_switch(app.add_flag_function(
                on, [set_to](std::int64_t given) { set_to(given > 0); }, help))
      ->group(group);
  as_switch(app.add_flag_function(
                off, [set_to](std::int64_t given) { set_to(given <= 0); },
                "The opposite, which is the default"))
      ->group(group);
}

void declare_codec_options(CLI::App& app, node_options& target) {
  const auto group = "Codec";
  add_choice(app, "--quality", target.quality_level, qualities,
             "Bitrate, complexity and bandwidth at once: 48, 80, 128 or 160 kbit/s, in this order")
      ->group(group);
  add_number_option(app, "--bitrate", target.bitrate, 6'000, 510'000,
                    "Bits per second, 6000 to 510000 [96000]")
      ->type_name("BPS")
      ->group(group);
  app.add_option("--frame-ms", target.frame_ms, "Frame length: 2.5, 5, 10, 20, 40 or 60 ms [20]")
      ->type_name("MS")
      ->group(group);
  add_number_option(app, "--complexity", target.complexity, 0, 10,
                    "Effort of the encoder, 0 (least CPU) to 10 (best sound) [3]")
      ->group(group);
  limit_to({"8000", "12000", "16000", "24000", "48000"},
           app.add_option("--rate", target.rate, "Samples per second [48000]"))
      ->group(group);
  limit_to({"1", "2"}, app.add_option("--channels", target.channels, "Mono or stereo [2]"))
      ->group(group);
  limit_to({"off", "on", "constrained"},
           app.add_option("--vbr", target.vbr, "Variable bitrate [constrained]"))
      ->group(group);
  add_choice(app, "--signal", target.signal, signals, "What the sound is [music]")->group(group);
  add_choice(app, "--bandwidth", target.bandwidth, bandwidths, "Audio bandwidth [full]")
      ->group(group);
  add_opposite_switches(app, "dtx", target.dtx, "Send next to nothing while it is silent", group);
  add_opposite_switches(app, "fec", target.fec, "In-band forward error correction", group);
  add_number_option(app, "--expected-loss", target.expected_loss, 0, 100,
                    "Loss that the correction is made for, 0 to 100 percent; not with --no-fec [0]")
      ->type_name("PERCENT")
      ->group(group);
}

void declare_client_options(CLI::App& app, node_options& target) {
  const auto group = "Clients";
  app.add_option("--socket", target.socket,
                 "Unix socket to serve at [$JETKVM_AUDIO_OUTPUT_SOCKET, else "
                 "/var/run/audio_output.sock]")
      ->type_name("PATH")
      ->group(group);
  add_number_option(app, "--clients", target.clients, 0, 1'000'000,
                    "The most clients at once; a newer one takes the place of the earliest. "
                    "0: as many as there are descriptors for [0]")
      ->group(group);
  add_number_option(app, "--queue", target.queue, 1, 500,
                    "Frames that may wait for a client, 1 to 500 [6]")
      ->group(group);
  add_choice(app, "--overflow", target.overflow, overflows,
             "Which frame gives way when a client's queue is full [drop-oldest]")
      ->group(group);
  add_duration_option(app, "--write-timeout", target.write_timeout,
                      "A client that takes nothing for so long is closed [5s]")
      ->group(group);
  add_number_option(app, "--socket-buffer", target.socket_buffer_kib, 4, 4096,
                    "Kernel buffer for each client, 4 to 4096 KiB [128]")
      ->type_name("KIB")
      ->group(group);
}

void declare_network_options(CLI::App& app, node_options& target) {
  const auto group = "Other nodes: each can have the stream of another, and pass it on";
  app.add_option(
         "--listen", target.listen,
         "Serve other nodes at this address, such as 127.0.0.1:4747 or [::1]:4747. One that "
         "other machines reach takes TLS, or --insecure")
      ->type_name("HOST:PORT")
      ->group(group);
  app.add_option("--name", target.name, "This node's name among others [the host's]")
      ->type_name("NAME")
      ->group(group);
  add_tls_options(app, target.tls, group);
  add_switch(app, "--insecure", target.insecure,
             "Serve other machines without TLS although whoever reaches the port hears, may speak "
             "for a node, and may inspect this one")
      ->group(group);
  add_choice(app, "--remote-inspection", target.remote_inspection, remote_inspections,
             "What troupe-inspect may do at the port for other nodes: off, look, or steer, which "
             "takes TLS. Without TLS looking takes --insecure. The control socket has all [look]")
      ->group(group);
}

void declare_supervision_options(CLI::App& app, node_options& target) {
  const auto group = "Supervision";
  add_number_option(app, "--max-restarts", target.max_restarts, 0, 1'000'000,
                    "Restarts of failed actors that are allowed within the window; at one "
                    "more the node ends with status 70 [5]")
      ->group(group);
  add_duration_option(app, "--restart-window", target.restart_window,
                      "The window that restarts are counted in [5m]")
      ->group(group);
  add_duration_option(app, "--restart-backoff", target.restart_backoff,
                      "An actor that fails is restarted at once, the next time after this, and "
                      "then after twice as long each time; at most the cap [1s]")
      ->group(group);
  add_duration_option(app, "--restart-backoff-cap", target.restart_backoff_cap,
                      "The longest wait for a restart, also where --restart-backoff is not given; "
                      "an actor that ran for so long without a failure is restarted at once again "
                      "[30s]")
      ->group(group);
  add_duration_option(app, "--stuck-after", target.stuck_after,
                      "An actor that takes longer than this for one message is stuck: it is told "
                      "in the log, and replaced where that can be done [1s]")
      ->group(group);
  add_switch(app, "--allow-faults", target.allow_faults,
             "For tests: take orders to kill, hang or fail actors at a second socket, whose path "
             "ends in .faults")
      ->group(group);
}

void declare_inspection_options(CLI::App& app, node_options& target) {
  const auto group = "Inspection, see troupe-inspect --help";
  app.add_option("--control", target.control,
                 "Unix socket at which this node's own user, and root, may inspect and steer it, "
                 "or off [the path of --socket, with .control at its end]")
      ->type_name("PATH")
      ->group(group);
  app.add_option("--metrics", target.metrics,
                 "Tell Prometheus about this node at this address, such as 127.0.0.1:9464: there "
                 "is no sound in it, and whoever reaches the port may read it")
      ->type_name("HOST:PORT")
      ->group(group);
  add_on_off_option(app, "--probe", target.probe,
                    "Take down what each actor does and how long that takes [on]")
      ->group(group);
}

void declare_latency_options(CLI::App& app, node_options& target) {
  const auto group = "Latency, from a frame's capture until the kernel has it for the client";
  add_duration_option(app, "--latency-target", target.latency_target,
                      "What is aimed at; told in the log when a client's average is over it [50ms]")
      ->group(group);
  add_duration_option(app, "--latency-average", target.latency_average,
                      "Warn when a client's average is over this [90ms]")
      ->group(group);
  add_duration_option(app, "--latency-peak", target.latency_peak,
                      "Warn when a single frame takes longer than this [200ms]")
      ->group(group);
  add_duration_option(app, "--latency-jitter", target.latency_jitter,
                      "Warn when the latency changes more than this from frame to frame [20ms]")
      ->group(group);
  add_number_option(app, "--latency-clear", target.latency_clear_percent, 1, 100,
                    "A warning is over once what it is about is under this part of its threshold "
                    "[80]")
      ->type_name("PERCENT")
      ->group(group);
}

void declare_adaptation_limits(CLI::App& app, node_options& target, const std::string& group) {
  add_number_option(app, "--min-bitrate", target.min_bitrate, 6'000, 510'000,
                    "Never fewer bits per second than this [16000]")
      ->type_name("BPS")
      ->group(group);
  add_number_option(app, "--min-complexity", target.min_complexity, 0, 10,
                    "Never less effort of the encoder than this [0]")
      ->group(group);
  app.add_option("--max-frame-ms", target.max_frame_ms, "Never longer frames than this [60]")
      ->type_name("MS")
      ->group(group);
  add_number_option(app, "--min-queue", target.min_queue, 1, 500,
                    "Never fewer frames that may wait for a client [3]")
      ->group(group);
  add_number_option(app, "--max-queue", target.max_queue, 1, 500,
                    "Never more frames that may wait for a client [20]")
      ->group(group);
  add_number_option(app, "--min-socket-buffer", target.min_socket_buffer_kib, 4, 4096,
                    "Never a smaller kernel buffer for a client [32]")
      ->type_name("KIB")
      ->group(group);
  add_number_option(app, "--max-socket-buffer", target.max_socket_buffer_kib, 4, 4096,
                    "Never a larger kernel buffer for a client [256]")
      ->type_name("KIB")
      ->group(group);
  add_number_option(app, "--max-level", target.max_level, 0, 8,
                    "Never a higher level, 0 (as asked for) to 8 [8]")
      ->group(group);
}

void declare_adaptation_triggers(CLI::App& app, node_options& target, const std::string& group) {
  add_number_option(app, "--adapt-encoder", target.encoder_percent, 1, 1000,
                    "Up a level when the encoder takes more of its frames' time [60]")
      ->type_name("PERCENT")
      ->group(group);
  add_number_option(app, "--adapt-missed", target.missed_percent, 1, 100,
                    "Up a level when more frames are not made in time [1]")
      ->type_name("PERCENT")
      ->group(group);
  add_number_option(app, "--adapt-dropped", target.dropped_percent, 1, 100,
                    "Up a level when most clients have more frames dropped [2]")
      ->type_name("PERCENT")
      ->group(group);
  add_number_option(app, "--adapt-lost", target.lost_percent, 1, 100,
                    "Error correction when more frames get lost [1]")
      ->type_name("PERCENT")
      ->group(group);
  add_number_option(app, "--adapt-calm", target.calm_percent, 1, 100,
                    "All is well while nothing is over this part of its threshold, the average "
                    "latency not over its target and the encoder not over its threshold [60]")
      ->type_name("PERCENT")
      ->group(group);
  add_duration_option(app, "--adapt-cooldown", target.adapt_cooldown,
                      "The least time between two changes of the level, 1s or more [30s]")
      ->group(group);
  add_duration_option(app, "--adapt-stability", target.adapt_stability,
                      "Down a level when all has been well for so long, 1s or more; and the time "
                      "after which a step up is judged [10s]")
      ->group(group);
  add_duration_option(app, "--adapt-rollback", target.adapt_rollback,
                      "A step up that leaves the latency over this, and higher than before, is "
                      "taken back [300ms]")
      ->group(group);
}

void declare_adaptation_options(CLI::App& app, node_options& target) {
  const std::string group =
      "Adaptation: a level from 0 to 8 takes complexity, bitrate and number of frames down when "
      "CPU "
      "or links fall short (the latency's thresholds above count as well), and back afterwards. "
      "What you ask for yourself is kept, beyond a limit too";
  add_choice(app, "--adapt", target.adapt, adaptation_modes,
             "Whether to do so; watch only tells in the log what it would do, as often as it would "
             "(what lasts takes it up to the highest level: nothing helps) [on]")
      ->group(group);
  declare_adaptation_limits(app, target, group);
  declare_adaptation_triggers(app, target, group);
}

void declare_general_options(CLI::App& app, node_options& target) {
  app.add_option("--source", target.source,
                 "Where the sound comes from [alsa:default]: file:PATH[?loop=1], pipe:PATH or "
                 "pipe:- [?rate=HZ&channels=N&pace=clock|writer] (raw s16le), alsa:DEVICE, "
                 "tone:HZ, silence:, or another node's stream: troupe://HOST:PORT, several with "
                 "commas between for when one is away")
      ->type_name("URI");
  app.add_option("--config", target.config,
                 "TOML file with these options by the same names, such as bitrate = 64000; the "
                 "environment and the command line go before it. SIGHUP reads its codec options "
                 "again")
      ->type_name("FILE");
  add_switch(app, "--always-encode", target.always_encode,
             "Encode the sound even while no client is there to hear it");
  add_switch(app, "--realtime", target.realtime,
             "Run the threads on a frame's way at real-time priority, with all memory locked (what "
             "was once used stays); where that is not permitted, a warning says so");
  add_number_option(app, "--realtime-core", target.realtime_core, 0, 1023,
                    "With --realtime: keep these threads to one core, numbered from 0");
  add_duration_option(app, "--duration", target.duration, "End after this time");
  add_interval_option(app, "--stats-interval", target.stats_interval,
                      "Statistics in the log this often, or off [10s]");
  add_log_level_option(app, target.log_level);
  add_switch(app, "--json", target.json,
             "Print the final account as one JSON object on the last line of stdout");
}

template <class T, class U>
void set(U& target, const std::optional<T>& value) {
  if (value) target = *value;
}

std::chrono::microseconds parse_frame_ms(double milliseconds) {
  if (!std::isfinite(milliseconds))
    throw failure{failure_kind::bad_value, "the frame length is a number of milliseconds"};
  return std::chrono::microseconds{std::llround(std::clamp(milliseconds, -1.0, 1000.0) * 1000)};
}

void apply_codec_options(const node_options& options, codec_settings& codec) {
  if (options.quality_level) apply_quality(*options.quality_level, codec);
  set(codec.sample_rate_hz, options.rate);
  set(codec.channels, options.channels);
  set(codec.bitrate_bps, options.bitrate);
  set(codec.complexity, options.complexity);
  set(codec.signal, options.signal);
  set(codec.bandwidth, options.bandwidth);
  set(codec.dtx, options.dtx);
  set(codec.fec, options.fec);
  set(codec.expected_loss_percent, options.expected_loss);
  if (options.frame_ms) codec.frame_duration = parse_frame_ms(*options.frame_ms);
  if (options.vbr) {
    codec.vbr = *options.vbr != "off";
    codec.constrained_vbr = *options.vbr == "constrained";
  }
}

/// The optimiser looks once a second.
void refuse_less_than_a_look(const char* name,
                             const std::optional<std::chrono::nanoseconds>& duration) {
  if (duration && *duration < std::chrono::seconds{1})
    throw failure{failure_kind::bad_value,
                  std::string{name} + " is at least 1s, as the node looks at itself once a second"};
}

void apply_adaptation_options(const node_options& options, adaptation_settings& adaptation) {
  auto& limits = adaptation.limits;
  set(adaptation.mode, options.adapt);
  set(limits.min_bitrate_bps, options.min_bitrate);
  set(limits.min_complexity, options.min_complexity);
  if (options.max_frame_ms) {
    codec_settings longest;
    longest.frame_duration = limits.max_frame_duration = parse_frame_ms(*options.max_frame_ms);
    if (const auto complaint = longest.complaint())
      throw failure{failure_kind::bad_value, "--max-frame-ms: " + *complaint};
  }
  set(limits.min_queue_frames, options.min_queue);
  set(limits.max_queue_frames, options.max_queue);
  if (options.min_socket_buffer_kib)
    limits.min_socket_buffer_bytes = static_cast<int>(*options.min_socket_buffer_kib) * 1024;
  if (options.max_socket_buffer_kib)
    limits.max_socket_buffer_bytes = static_cast<int>(*options.max_socket_buffer_kib) * 1024;
  if (options.max_level) limits.max_level = level_of(*options.max_level);
  const auto set_share = [](double& target, const std::optional<int>& percent) {
    if (percent) target = *percent / 100.0;
  };
  set_share(adaptation.encoder_share, options.encoder_percent);
  set_share(adaptation.missed_share, options.missed_percent);
  set_share(adaptation.dropped_share, options.dropped_percent);
  set_share(adaptation.lost_share, options.lost_percent);
  set_share(adaptation.calm_share, options.calm_percent);
  refuse_less_than_a_look("--adapt-cooldown", options.adapt_cooldown);
  refuse_less_than_a_look("--adapt-stability", options.adapt_stability);
  set(adaptation.cooldown, options.adapt_cooldown);
  set(adaptation.stability, options.adapt_stability);
  set(adaptation.rollback_latency, options.adapt_rollback);
}

[[noreturn]] void refuse(const std::string& one, const std::string& other, const std::string& why) {
  throw failure{failure_kind::bad_value,
                one + " and " + other + " contradict each other: " + why + "; leave one out"};
}

void refuse_loss_without_correction(const node_options& options) {
  if (options.expected_loss.value_or(0) > 0 && options.fec == false)
    refuse("--expected-loss", "--no-fec", "a loss is only expected for the sake of the correction");
}

void refuse_core_that_cannot_be(const node_options& options) {
  if (!options.realtime_core) return;
  if (!options.realtime)
    throw failure{failure_kind::bad_value, "--realtime-core needs --realtime; add it"};
  if (!runtime::may_run_on(*options.realtime_core))
    throw failure{failure_kind::bad_value,
                  fmt::format("--realtime-core {}: this process may not run on such a core; see "
                              "nproc and taskset -cp $$",
                              *options.realtime_core)};
}

/// An option, what it says, and whether that was said.
struct said_number {
  std::string name;
  std::size_t value = 0;
  bool is_default = false;

  [[nodiscard]] std::string text() const {
    return fmt::format("{} {}{}", name, value, is_default ? " (unless given)" : "");
  }
};

void refuse_less_than_nothing_between(const said_number& least, const said_number& most) {
  if (least.value > most.value)
    throw failure{failure_kind::bad_value,
                  fmt::format("{} and {} contradict each other: the least is more than the most; "
                              "lower the one or raise the other",
                              least.text(), most.text())};
}

/// Of the adaptation's limits, and of the latency's thresholds, given or not.
void refuse_limits_the_wrong_way_round(const node_options& said) {
  adaptation_settings adaptation;
  apply_adaptation_options(said, adaptation);
  const auto& limits = adaptation.limits;
  refuse_less_than_nothing_between({"--min-queue", limits.min_queue_frames, !said.min_queue},
                                   {"--max-queue", limits.max_queue_frames, !said.max_queue});
  const auto kib = [](int bytes) { return static_cast<std::size_t>(bytes / 1024); };
  refuse_less_than_nothing_between(
      {"--min-socket-buffer", kib(limits.min_socket_buffer_bytes), !said.min_socket_buffer_kib},
      {"--max-socket-buffer", kib(limits.max_socket_buffer_bytes), !said.max_socket_buffer_kib});
  latency_thresholds latency;
  set(latency.target, said.latency_target);
  set(latency.average, said.latency_average);
  if (latency.target > latency.average)
    throw failure{
        failure_kind::bad_value,
        fmt::format("--latency-target {:g}ms{} and --latency-average {:g}ms{} contradict each "
                    "other: what is aimed at is not over what is warned of; lower the "
                    "one or raise the other",
                    to_milliseconds(latency.target), said.latency_target ? "" : " (unless given)",
                    to_milliseconds(latency.average),
                    said.latency_average ? "" : " (unless given)")};
}

/// Of the options that contradict each other whatever place they are in.
node_options what_is_said_last(std::span<const node_options* const> places) {
  node_options result;
  const auto take = [&](auto option) {
    for (const auto* place : places)
      if (place->*option) result.*option = place->*option;
  };
  take(&node_options::fec);
  take(&node_options::expected_loss);
  take(&node_options::restart_backoff);
  take(&node_options::restart_backoff_cap);
  take(&node_options::realtime);
  take(&node_options::realtime_core);
  take(&node_options::min_queue);
  take(&node_options::max_queue);
  take(&node_options::min_socket_buffer_kib);
  take(&node_options::max_socket_buffer_kib);
  take(&node_options::latency_target);
  take(&node_options::latency_average);
  return result;
}

}  // namespace

void declare_node_options(CLI::App& app, node_options& target) {
  declare_general_options(app, target);
  declare_client_options(app, target);
  declare_network_options(app, target);
  declare_supervision_options(app, target);
  declare_inspection_options(app, target);
  declare_latency_options(app, target);
  declare_adaptation_options(app, target);
  declare_codec_options(app, target);
}

void refuse_contradictions(const node_options& options) {
  if (options.quality_level) {
    const std::string why = "--quality sets bitrate, complexity and bandwidth";
    if (options.bitrate) refuse("--quality", "--bitrate", why);
    if (options.complexity) refuse("--quality", "--complexity", why);
    if (options.bandwidth) refuse("--quality", "--bandwidth", why);
  }
  refuse_loss_without_correction(options);
}

void refuse_contradictions_between(std::span<const node_options* const> places) {
  const auto said = what_is_said_last(places);
  refuse_loss_without_correction(said);
  refuse_core_that_cannot_be(said);
  refuse_limits_the_wrong_way_round(said);
  const auto seconds = [](std::chrono::duration<double> duration) { return duration.count(); };
  const auto cap = said.restart_backoff_cap.value_or(supervision::backoff_policy{}.cap);
  if (said.restart_backoff && *said.restart_backoff > cap)
    throw failure{
        failure_kind::bad_value,
        fmt::format("--restart-backoff {:g}s and --restart-backoff-cap {:g}s{} contradict "
                    "each other: no wait is longer than the cap; shorten the one or "
                    "raise the other",
                    seconds(*said.restart_backoff), seconds(cap),
                    said.restart_backoff_cap ? "" : " (unless given)")};
}

void node_options::apply_to(node_settings& settings) const {
  if (listen) settings.listen = parse_node_address(*listen);
  set(settings.name, name);
  set(settings.tls.certificate, tls.certificate);
  set(settings.tls.key, tls.key);
  set(settings.tls.authority, tls.authority);
  set(settings.insecure, insecure);
  set(settings.remote_inspection, remote_inspection);
  if (source) settings.source = parse_source_address(*source);
  set(settings.socket, socket);
  set(settings.max_clients, clients);
  set(settings.connection.tuning.queue_frames, queue);
  set(settings.connection.overflow, overflow);
  set(settings.connection.write_timeout, write_timeout);
  if (socket_buffer_kib)
    settings.connection.tuning.socket_buffer_bytes = static_cast<int>(*socket_buffer_kib) * 1024;
  set(settings.restarts.intensity.max_restarts, max_restarts);
  set(settings.restarts.intensity.window, restart_window);
  set(settings.restarts.backoff.first, restart_backoff);
  set(settings.restarts.backoff.cap, restart_backoff_cap);
  set(settings.stuck_after, stuck_after);
  set(settings.latency.target, latency_target);
  set(settings.latency.average, latency_average);
  set(settings.latency.peak, latency_peak);
  set(settings.latency.jitter, latency_jitter);
  if (latency_clear_percent) settings.latency.clear_share = *latency_clear_percent / 100.0;
  set(settings.allow_faults, allow_faults);
  set(settings.probes_actors, probe);
  if (metrics) settings.metrics = parse_node_address(*metrics);
  settings.has_control = control != "off";
  if (settings.has_control) set(settings.control, control);
  set(settings.always_encode, always_encode);
  set(settings.realtime, realtime);
  if (realtime_core) settings.realtime_core = realtime_core;
  if (duration) settings.duration = duration;
  set(settings.stats_interval, stats_interval);
  set(settings.log_level, log_level);
  set(settings.json, json);
  apply_adaptation_options(*this, settings.adaptation);
  apply_codec_options(*this, settings.codec);
}

}  // namespace troupe
