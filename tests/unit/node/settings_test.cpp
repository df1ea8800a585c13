#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "apps/node/environment.hpp"
#include "apps/node/given_options.hpp"
#include "protocol/failure.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

/// A configuration file of the test's own.
class config_file {
 public:
  explicit config_file(const std::string& content) {
    char name[] = "/tmp/troupe-config-XXXXXX";
    const int made = ::mkstemp(name);
    REQUIRE(made >= 0);
    ::close(made);
    path_ = name;
    std::ofstream{path_} << content;
  }
  config_file(const config_file&) = delete;
  config_file& operator=(const config_file&) = delete;
  ~config_file() { std::filesystem::remove(path_); }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

node_settings settings_of(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "troupe-node");
  const auto given = read_given_options(static_cast<int>(arguments.size()), arguments.data());
  REQUIRE(given);
  return settle(*given);
}

node_settings settings_in_file(const std::string& content) {
  const config_file file{content};
  return settings_of({"--config", file.path().c_str()});
}

node_settings settings_in_environment(const std::map<std::string, std::string>& variables) {
  std::vector<std::string> warnings;
  node_settings settings;
  read_environment(
      [&](const std::string& name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional{found->second};
      },
      warnings)
      .apply_to(settings);
  return settings;
}

}  // namespace

TEST_CASE("a node without options has the documented defaults") {
  const auto settings = settings_of({});
  CHECK(settings.codec == codec_settings{});
  CHECK(settings.codec.bitrate_bps == 96'000);
  CHECK(settings.connection.tuning.queue_frames == 6);
  CHECK(settings.connection.write_timeout == 5s);
  CHECK_FALSE(settings.json);
}

TEST_CASE("every option of latency and adaptation sets its own setting") {
  const auto settings = settings_of({"--adapt",
                                     "watch",
                                     "--min-bitrate",
                                     "20000",
                                     "--min-complexity",
                                     "2",
                                     "--max-frame-ms",
                                     "40",
                                     "--min-queue",
                                     "4",
                                     "--max-queue",
                                     "10",
                                     "--min-socket-buffer",
                                     "64",
                                     "--max-socket-buffer",
                                     "512",
                                     "--max-level",
                                     "6",
                                     "--adapt-encoder",
                                     "50",
                                     "--adapt-missed",
                                     "3",
                                     "--adapt-dropped",
                                     "4",
                                     "--adapt-lost",
                                     "5",
                                     "--adapt-calm",
                                     "70",
                                     "--latency-clear",
                                     "90",
                                     "--adapt-cooldown",
                                     "7s",
                                     "--adapt-stability",
                                     "8s",
                                     "--adapt-rollback",
                                     "400ms",
                                     "--latency-target",
                                     "40ms",
                                     "--latency-average",
                                     "80ms",
                                     "--latency-peak",
                                     "150ms",
                                     "--latency-jitter",
                                     "15ms"});
  const auto& adaptation = settings.adaptation;
  CHECK(adaptation.mode == adaptation_mode::watch);
  CHECK(adaptation.limits.min_bitrate_bps == 20'000);
  CHECK(adaptation.limits.min_complexity == 2);
  CHECK(adaptation.limits.max_frame_duration == 40ms);
  CHECK(adaptation.limits.min_queue_frames == 4);
  CHECK(adaptation.limits.max_queue_frames == 10);
  CHECK(adaptation.limits.min_socket_buffer_bytes == 64 * 1024);
  CHECK(adaptation.limits.max_socket_buffer_bytes == 512 * 1024);
  CHECK(adaptation.limits.max_level == level_of(6));
  CHECK(adaptation.encoder_share == doctest::Approx(0.5));
  CHECK(adaptation.missed_share == doctest::Approx(0.03));
  CHECK(adaptation.dropped_share == doctest::Approx(0.04));
  CHECK(adaptation.lost_share == doctest::Approx(0.05));
  CHECK(adaptation.calm_share == doctest::Approx(0.7));
  CHECK(settings.latency.clear_share == doctest::Approx(0.9));
  CHECK(adaptation.cooldown == 7s);
  CHECK(adaptation.stability == 8s);
  CHECK(adaptation.rollback_latency == 400ms);
  CHECK(settings.latency.target == 40ms);
  CHECK(settings.latency.average == 80ms);
  CHECK(settings.latency.peak == 150ms);
  CHECK(settings.latency.jitter == 15ms);
}

TEST_CASE("limits the wrong way round are refused, wherever they are given") {
  CHECK_THROWS_WITH_AS(settings_of({"--min-queue", "21"}),
                       "--min-queue 21 and --max-queue 20 (unless given) contradict each other: "
                       "the least is more than the most; lower the one or raise the other",
                       failure);
  CHECK_THROWS_AS(settings_of({"--adapt-cooldown", "999ms"}), failure);
  CHECK_THROWS_AS(settings_of({"--adapt-stability", "10ms"}), failure);
  CHECK_THROWS_AS(settings_of({"--max-queue", "2"}), failure);
  CHECK_THROWS_AS(settings_of({"--min-socket-buffer", "300"}), failure);
  CHECK_THROWS_AS(settings_of({"--latency-target", "100ms"}), failure);
  CHECK_THROWS_AS(settings_of({"--max-frame-ms", "7"}), failure);
  CHECK_NOTHROW(settings_of({"--latency-target", "100ms", "--latency-average", "100ms"}));
  const config_file file{"min-queue = 30\n"};
  CHECK_THROWS_AS(settings_of({"--config", file.path().c_str()}), failure);
  CHECK_NOTHROW(settings_of({"--config", file.path().c_str(), "--max-queue", "40"}));
}

TEST_CASE("every codec option on the command line sets its own setting") {
  const auto codec =
      settings_of({"--bitrate",       "64000", "--frame-ms",  "2.5",  "--complexity", "7",
                   "--rate",          "16000", "--channels",  "1",    "--vbr",        "off",
                   "--signal",        "voice", "--bandwidth", "wide", "--dtx",        "--fec",
                   "--expected-loss", "10"})
          .codec;
  CHECK(codec.bitrate_bps == 64'000);
  CHECK(codec.frame_duration == 2500us);
  CHECK(codec.complexity == 7);
  CHECK(codec.sample_rate_hz == 16'000);
  CHECK(codec.channels == 1);
  CHECK_FALSE(codec.vbr);
  CHECK_FALSE(codec.constrained_vbr);
  CHECK(codec.signal == opus_signal::voice);
  CHECK(codec.bandwidth == opus_bandwidth::wide);
  CHECK(codec.dtx);
  CHECK(codec.fec);
  CHECK(codec.expected_loss_percent == 10);
}

TEST_CASE("the same options in a file set the same settings, switches included") {
  const auto settings = settings_in_file(
      "bitrate = 64000\nframe-ms = 2.5\nvbr = \"on\"\ndtx = true\nfec = true\njson = true\n"
      "expected-loss = 10\nqueue = 12\nwrite-timeout = \"2s\"\noverflow = \"drop-newest\"\n");
  CHECK(settings.codec.bitrate_bps == 64'000);
  CHECK(settings.codec.frame_duration == 2500us);
  CHECK(settings.codec.vbr);
  CHECK_FALSE(settings.codec.constrained_vbr);
  CHECK(settings.codec.dtx);
  CHECK(settings.codec.fec);
  CHECK(settings.codec.expected_loss_percent == 10);
  CHECK(settings.json);
  CHECK(settings.connection.tuning.queue_frames == 12);
  CHECK(settings.connection.write_timeout == 2s);
  CHECK(settings.connection.overflow == delivery::overflow_policy::drop_newest);
}

TEST_CASE("the command line goes before the file, its negated switches too") {
  const config_file file{"bitrate = 64000\ndtx = true\n"};
  const auto settings =
      settings_of({"--config", file.path().c_str(), "--bitrate", "32000", "--no-dtx"});
  CHECK(settings.codec.bitrate_bps == 32'000);
  CHECK_FALSE(settings.codec.dtx);
}

TEST_CASE("a quality on the command line goes before a bitrate in the file") {
  const config_file file{"bitrate = 64000\n"};
  CHECK(settings_of({"--config", file.path().c_str(), "--quality", "high"}).codec.bitrate_bps ==
        128'000);
}

TEST_CASE("the environment's variables mean what existing callers mean by them") {
  const auto codec = settings_in_environment({{"JETKVM_OPUS_BITRATE", "48000"},
                                              {"JETKVM_OPUS_COMPLEXITY", "9"},
                                              {"JETKVM_OPUS_VBR", "0"},
                                              {"JETKVM_OPUS_SIGNAL_TYPE", "3001"},
                                              {"JETKVM_OPUS_BANDWIDTH", "1103"},
                                              {"JETKVM_OPUS_DTX", "1"}})
                         .codec;
  CHECK(codec.bitrate_bps == 48'000);
  CHECK(codec.complexity == 9);
  CHECK_FALSE(codec.vbr);
  CHECK(codec.signal == opus_signal::voice);
  CHECK(codec.bandwidth == opus_bandwidth::wide);
  CHECK(codec.dtx);
  CHECK(settings_in_environment({{"JETKVM_AUDIO_OUTPUT_SOCKET", "/tmp/x"}}).socket == "/tmp/x");
}

TEST_CASE("the environment reaches the settings unless the command line says otherwise") {
  ::setenv("JETKVM_OPUS_DTX", "1", 1);
  const auto from_environment = settings_of({});
  const auto from_command_line = settings_of({"--no-dtx"});
  ::unsetenv("JETKVM_OPUS_DTX");
  CHECK(from_environment.codec.dtx);
  CHECK_FALSE(from_command_line.codec.dtx);
}

TEST_CASE("values of the environment that cannot be are passed over with a warning each") {
  std::vector<std::string> warnings;
  const auto options = read_environment(
      [](const std::string& name) -> std::optional<std::string> {
        if (name == "JETKVM_OPUS_BITRATE") return "loud";
        if (name == "JETKVM_OPUS_SIGNAL_TYPE") return "42";
        return std::nullopt;
      },
      warnings);
  CHECK_FALSE(options.bitrate);
  CHECK_FALSE(options.signal);
  CHECK(warnings.size() == 2);
}

TEST_CASE("numbers are decimal and whole, on the command line and in a file") {
  CHECK(settings_of({"--bitrate", "064000"}).codec.bitrate_bps == 64'000);
  for (const char* const number : {"0x10", "1e3", "7.5", "-1", "", " 7", "4294967303"})
    CHECK_THROWS_AS(settings_of({"--queue", number}), failure);
  for (const char* const rate : {"44100", "048000", "-8000"})
    CHECK_THROWS_AS(settings_of({"--rate", rate}), failure);
  CHECK_THROWS_AS(settings_of({"--channels", "3"}), failure);
  CHECK_THROWS_AS(settings_in_file("clients = -1"), failure);
  CHECK_THROWS_AS(settings_in_file("max-restarts = 99999999999"), failure);
}

TEST_CASE("a first wait above the cap is refused, whatever place each comes from") {
  CHECK_THROWS_AS(settings_of({"--restart-backoff", "60s"}), failure);
  CHECK_THROWS_AS(settings_of({"--restart-backoff", "1s", "--restart-backoff-cap", "500ms"}),
                  failure);
  const config_file file{"restart-backoff = '60s'\n"};
  CHECK_THROWS_AS(settings_of({"--config", file.path().c_str()}), failure);
  CHECK_THROWS_AS(settings_of({"--config", file.path().c_str(), "--restart-backoff-cap", "59s"}),
                  failure);
  const auto raised =
      settings_of({"--config", file.path().c_str(), "--restart-backoff-cap", "2m"}).restarts;
  CHECK(raised.backoff.first == 60s);
  CHECK(raised.backoff.cap == 120s);
}

TEST_CASE("a cap alone may be below the first wait that is usual") {
  CHECK(settings_of({"--restart-backoff-cap", "1ms"}).restarts.backoff.cap == 1ms);
}

TEST_CASE("a switch and its opposite contradict each other, on the command line and in a file") {
  for (const std::string name : {"dtx", "fec"}) {
    const auto on = "--" + name;
    const auto off = "--no-" + name;
    CHECK_THROWS_AS(settings_of({on.c_str(), off.c_str()}), failure);
    CHECK_THROWS_AS(settings_of({on.c_str(), off.c_str(), on.c_str()}), failure);
    CHECK_THROWS_AS(settings_in_file(name + " = true\nno-" + name + " = true\n"), failure);
  }
  CHECK(settings_of({"--dtx", "--dtx"}).codec.dtx);
  CHECK_FALSE(settings_of({"--dtx=false", "--no-dtx"}).codec.dtx);
}

TEST_CASE("a switch refuses words that say neither yes nor no") {
  for (const char* const argument : {"--dtx=maybe", "--no-dtx=7", "--json=maybe"})
    CHECK_THROWS_AS(settings_of({argument}), failure);
  CHECK_THROWS_AS(settings_in_file("fec = 'maybe'"), failure);
  CHECK(settings_in_file("fec = 'on'").codec.fec);
}

TEST_CASE("an expected loss contradicts only a correction that was switched off, in any place") {
  CHECK(settings_of({"--expected-loss", "10"}).codec.expected_loss_percent == 10);
  CHECK_THROWS_AS(settings_of({"--expected-loss", "10", "--no-fec"}), failure);
  const config_file without{"fec = false\n"};
  const config_file lossy{"expected-loss = 10\n"};
  CHECK_THROWS_AS(settings_of({"--config", without.path().c_str(), "--expected-loss", "10"}),
                  failure);
  CHECK_THROWS_AS(settings_of({"--config", lossy.path().c_str(), "--no-fec"}), failure);
  CHECK(settings_of({"--config", without.path().c_str(), "--expected-loss", "10", "--fec"})
            .codec.fec);
}

TEST_CASE("a frame length that is no number is refused") {
  CHECK_THROWS_AS(settings_of({"--frame-ms", "nan"}), failure);
}

TEST_CASE("statistics may be turned off on the command line and in a file") {
  CHECK(settings_of({"--stats-interval", "off"}).stats_interval == 0s);
  CHECK(settings_of({"--stats-interval", "0"}).stats_interval == 0s);
  CHECK(settings_in_file("stats-interval = 'off'").stats_interval == 0s);
  CHECK(settings_in_file("stats-interval = 0").stats_interval == 0s);
  CHECK_THROWS_AS(settings_of({"--stats-interval", "-1"}), failure);
}

TEST_CASE("real time and its core may be asked for in different places, and taken back") {
  const config_file file{"realtime = true\n"};
  const auto both = settings_of({"--config", file.path().c_str(), "--realtime-core", "0"});
  CHECK(both.realtime);
  CHECK(both.realtime_core == 0);
  CHECK_FALSE(settings_of({"--config", file.path().c_str(), "--realtime=off"}).realtime);
  const config_file with_core{"realtime = true\nrealtime-core = 0\n"};
  CHECK_FALSE(settings_of({"--config", with_core.path().c_str(), "--realtime=off"}).realtime);
}

TEST_CASE("a node may be looked at over the network, unless it is told otherwise") {
  using network::remote_inspection;
  CHECK(settings_of({}).remote_inspection == remote_inspection::look);
  CHECK(settings_of({"--remote-inspection", "off"}).remote_inspection == remote_inspection::off);
  CHECK(settings_in_file("remote-inspection = \"off\"\n").remote_inspection ==
        remote_inspection::off);
}

TEST_CASE("a node that may be steered over the network has to have TLS") {
  const auto steered = [](std::vector<const char*> others) {
    others.insert(others.end(), {"--remote-inspection", "steer"});
    return settings_of(others);
  };
  CHECK_THROWS_WITH_AS(steered({"--insecure"}), doctest::Contains("--tls-cert"), failure);
  const auto secured = steered({"--tls-cert", "c", "--tls-key", "k", "--tls-ca", "a"});
  CHECK(secured.remote_inspection == network::remote_inspection::steer);
}
