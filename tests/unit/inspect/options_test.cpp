#include "apps/inspect/options.hpp"

#include <cstdlib>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "protocol/failure.hpp"

using namespace troupe;
using namespace troupe::inspecting;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

inspect_options options_of(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "troupe-inspect");
  const auto options = read_options(static_cast<int>(arguments.size()), arguments.data());
  REQUIRE(options);
  return *options;
}

template <class Command>
Command command_of(std::vector<const char*> arguments) {
  const auto options = options_of(std::move(arguments));
  REQUIRE(std::holds_alternative<Command>(options.command));
  return std::get<Command>(options.command);
}

json action_of(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), {"/a", "do"});
  return command_of<order_command>(std::move(arguments)).action;
}

bool is_refused(const std::vector<const char*>& arguments) {
  try {
    static_cast<void>(options_of(arguments));
  } catch (const failure& refused) {
    return refused.kind() == failure_kind::bad_value;
  }
  return false;
}

}  // namespace

TEST_CASE("without a word it is the node at the usual place that is shown live") {
  ::unsetenv("JETKVM_AUDIO_OUTPUT_SOCKET");
  const auto options = options_of({});
  CHECK(options.nodes == std::vector<target>{socket_target{"/var/run/audio_output.sock"}});
  CHECK(std::holds_alternative<live_command>(options.command));
  ::setenv("JETKVM_AUDIO_OUTPUT_SOCKET", "/tmp/other", 1);
  CHECK(options_of({}).nodes == std::vector<target>{socket_target{"/tmp/other"}});
  ::unsetenv("JETKVM_AUDIO_OUTPUT_SOCKET");
}

TEST_CASE("several nodes may be named, before a command or after it") {
  const std::vector<target> both{socket_target{"/a"}, node_address{"host", 4747}};
  CHECK(options_of({"/a", "host:4747", "--once"}).nodes == both);
  CHECK(options_of({"/a", "troupe://host:4747", "follow-frame"}).nodes == both);
  CHECK(options_of({"follow-frame", "/a", "host:4747"}).nodes == both);
  CHECK(options_of({"--web", "control:/run/ctl"}).nodes ==
        std::vector<target>{control_target{"/run/ctl"}});
}

TEST_CASE("reports are asked for by options") {
  CHECK(command_of<report_command>({"--once"}).format == report_format::text);
  CHECK(command_of<report_command>({"--json"}).format == report_format::json);
  CHECK(command_of<report_command>({"--once", "--json"}).format == report_format::json);
  CHECK(command_of<report_command>({"--dot"}).format == report_format::dot);
  CHECK(command_of<report_command>({"--mermaid"}).format == report_format::mermaid);
}

TEST_CASE("commands take their own options, and those of all") {
  const auto trace = command_of<trace_command>({"/a", "trace", "--seconds", "0.5", "-o", "x.json"});
  CHECK(trace.length == 500ms);
  CHECK(trace.file == "x.json");
  CHECK(command_of<trace_command>({"trace", "-o", "x"}).length == 2s);
  CHECK(options_of({"/a", "events", "--json", "--duration", "3s"}).json);
  CHECK(options_of({"/a", "--json", "events"}).duration == std::nullopt);
  CHECK(command_of<events_command>({"events"}).follows);
  CHECK_FALSE(command_of<events_command>({"events", "--no-follow"}).follows);
  CHECK(std::holds_alternative<frame_command>(options_of({"follow-frame"}).command));
  CHECK(options_of({"/a", "--follow", "--once"}).follows);
}

TEST_CASE("orders become what a node takes") {
  CHECK(action_of({"restart", "source"}) == json{{"do", "restart"}, {"actor", "source"}});
  CHECK(action_of({"close", "7"}) == json{{"do", "close"}, {"client", 7}});
  CHECK(action_of({"log-level", "debug"}) == json{{"do", "log_level"}, {"level", "debug"}});
  CHECK(action_of({"pause-adaptation"}) == json{{"do", "adaptation"}, {"paused", true}});
  CHECK(action_of({"resume-adaptation"}) == json{{"do", "adaptation"}, {"paused", false}});
  CHECK(action_of({"fault", "hang", "source", "2s"}) ==
        json{{"do", "fault"}, {"order", "hang source 2s"}});
  CHECK(action_of({"fault", "hang source 2s"}) ==
        json{{"do", "fault"}, {"order", "hang source 2s"}});
  CHECK(action_of({"set", "--bitrate", "64000"}) == json{{"do", "set"}, {"bitrate_bps", 64000}});
  CHECK(action_of({"set", "--complexity", "0", "--frame-ms", "2.5", "--fec", "--expected-loss",
                   "5"}) == json{{"do", "set"},
                                 {"complexity", 0},
                                 {"frame_ms", 2.5},
                                 {"fec", true},
                                 {"expected_loss_percent", 5}});
  CHECK(action_of({"set", "--no-fec"}) == json{{"do", "set"}, {"fec", false}});
}

TEST_CASE("what cannot be is refused") {
  for (const auto& arguments : std::initializer_list<std::vector<const char*>>{
           {"host:port"},
           {""},
           {"--once", "--dot"},
           {"--dot", "--mermaid"},
           {"--json", "--dot"},
           {"--once", "events"},
           {"trace"},
           {"trace", "-o", "x", "--seconds", "0"},
           {"do"},
           {"do", "restart"},
           {"do", "close", "0"},
           {"do", "close", "seven"},
           {"do", "set"},
           {"do", "set", "--bitrate", "1"},
           {"do", "set", "--frame-ms", "7"},
           {"do", "log-level", "loud"},
           {"do", "dance"},
           {"/a", "/b", "do", "restart", "source"},
           {"/a", "--follow", "do", "restart", "source"},
           {"--once", "--duration", "3s"},
           {"--tls-cert", "a.pem", "--once"},
           {"--unknown"}}) {
    CAPTURE(std::string{arguments.back()});
    CHECK(is_refused(arguments));
  }
}
