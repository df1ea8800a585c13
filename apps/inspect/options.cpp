#include "apps/inspect/options.hpp"

#include <cstdlib>
#include <limits>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apps/common/command_line.hpp"
#include "apps/common/duration_option.hpp"
#include "apps/common/exit_status.hpp"
#include "apps/common/log.hpp"
#include "apps/common/number_option.hpp"
#include "apps/common/tls_options.hpp"
#include "apps/common/version.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {
namespace {

using nlohmann::json;

constexpr const char* description =
    "Shows what goes on in audio nodes, live or at one moment, and has them do things.";

constexpr const char* footer_text = R"(
Without a command, on a terminal, it shows the nodes on the whole screen, until q is pressed;
elsewhere it prints a line a second for each node, and one for whatever happens there. Rates are over
the last second; --once and its like take that long.

A node on this machine is inspected at the control socket beside its own, by its own user and root.
One that is named by an address is asked over the network, if it serves nodes (--listen) and lets
itself be inspected (--remote-inspection).

With --json, and no command, it ends after a second, and the last line of standard output is an
object: nodes, a list with target, name, state (present or away), reason (why it is away), snapshot
(the node's own words, as protocol/inspection.md has them), rates, findings (what stands out) and
events. Commands say what they have to say as such an object; events --json prints one a line.

Examples:
  troupe-inspect                                     what does the node at the usual place do?
  troupe-inspect /tmp/a.sock --once                  a report, with what stands out first
  troupe-inspect /tmp/a.sock --web                   a page for the browser; it prints its address
  troupe-inspect troupe://10.0.0.2:4747 --follow     that one, and all between it and the source
  troupe-inspect /tmp/a.sock --dot | dot -Tsvg > a.svg
  troupe-inspect /tmp/a.sock trace --seconds 2 -o a.json    for ui.perfetto.dev
  troupe-inspect /tmp/a.sock follow-frame            where one frame spends its time
  troupe-inspect /tmp/a.sock do restart source
  troupe-inspect /tmp/a.sock do set --bitrate 64000

`troupe-inspect COMMAND --help` lists the options of a command.

)";

constexpr std::int64_t greatest_client = std::numeric_limits<std::int64_t>::max();

std::string usual_socket() {
  const char* named = std::getenv("JETKVM_AUDIO_OUTPUT_SOCKET");
  return named != nullptr && *named != '\0' ? named : "/var/run/audio_output.sock";
}

/// What follows the list of all commands' options is not for that of one.
CLI::App* add_command(CLI::App& app, const char* name, const char* help) {
  auto* command = app.add_subcommand(name, help);
  command->footer("");
  // So that --json, say, may come after a command as well as before it.
  command->fallthrough();
  return command;
}

void add_trace(CLI::App& app, inspect_command& target) {
  struct values {
    std::chrono::nanoseconds length = std::chrono::seconds{2};
    std::filesystem::path file;
  };
  const auto given = std::make_shared<values>();
  auto* command =
      add_command(app, "trace", "Record what each actor does, for the viewer at ui.perfetto.dev");
  add_duration_option(*command, "--seconds", given->length, "Record so long, at most 30 s [2]");
  command->add_option("-o,--output", given->file, "The file; one that is there is replaced")
      ->type_name("FILE.json")
      ->required();
  command->callback([given, &target] { target = trace_command{given->length, given->file}; });
}

void add_follow_frame(CLI::App& app, inspect_command& target) {
  add_command(app, "follow-frame", "Show one frame's way, and where it spends its time")
      ->callback([&target] { target = frame_command{}; });
}

void add_events(CLI::App& app, inspect_command& target) {
  const auto ends = std::make_shared<bool>(false);
  auto* command =
      add_command(app, "events", "Print what happened (the last 1,000) and then what happens");
  command->add_flag("--no-follow", *ends, "Print what happened, and end");
  command->callback([ends, &target] { target = events_command{.follows = !*ends}; });
}

/// Of `do`: `make_action` makes what a node takes.
template <class MakeAction>
void have_order(CLI::App* command, inspect_command& target, MakeAction make_action) {
  command->callback([make_action, &target] { target = order_command{make_action()}; });
}

void add_restart(CLI::App& orders, inspect_command& target) {
  const auto actor = std::make_shared<std::string>();
  auto* command = add_command(orders, "restart", "Start an actor anew; it keeps what it was lent");
  command->add_option("ACTOR", *actor, "Its name, as --once shows it")->required();
  have_order(command, target, [actor] { return json{{"do", "restart"}, {"actor", *actor}}; });
}

void add_close(CLI::App& orders, inspect_command& target) {
  const auto client = std::make_shared<std::int64_t>(0);
  auto* command = add_command(orders, "close", "Disconnect a client");
  add_number_option(*command, "CLIENT", *client, 1, greatest_client,
                    "Its number, as --once shows it")
      ->required();
  have_order(command, target, [client] { return json{{"do", "close"}, {"client", *client}}; });
}

void add_set(CLI::App& orders, inspect_command& target) {
  struct values {
    std::optional<std::int64_t> bitrate;
    std::optional<std::int64_t> complexity;
    std::optional<std::string> frame_ms;
    std::optional<bool> fec;
    std::optional<std::int64_t> expected_loss;
  };
  const auto given = std::make_shared<values>();
  auto* command =
      add_command(orders, "set", "Change what the stream is to be; each option for itself");
  add_number_option(*command, "--bitrate", given->bitrate, 6'000, 510'000, "Bits per second");
  add_number_option(*command, "--complexity", given->complexity, 0, 10,
                    "How hard the encoder tries");
  limit_to({"2.5", "5", "10", "20", "40", "60"},
           command->add_option("--frame-ms", given->frame_ms, "How long a frame is"));
  const auto add_switch = [&](const char* name, bool value, const char* help) {
    return command->add_flag_callback(
        name, [given, value] { given->fec = value; }, help);
  };
  add_switch("--fec", true, "In-band forward error correction")
      ->excludes(add_switch("--no-fec", false, "No such correction"));
  add_number_option(*command, "--expected-loss", given->expected_loss, 0, 100,
                    "Percent of the packets that it is to expect lost");
  command->require_option();
  have_order(command, target, [given] {
    json action{{"do", "set"}};
    if (given->bitrate) action["bitrate_bps"] = *given->bitrate;
    if (given->complexity) action["complexity"] = *given->complexity;
    if (given->frame_ms) action["frame_ms"] = std::stod(*given->frame_ms);
    if (given->fec) action["fec"] = *given->fec;
    if (given->expected_loss) action["expected_loss_percent"] = *given->expected_loss;
    return action;
  });
}

void add_log_level(CLI::App& orders, inspect_command& target) {
  const auto level = std::make_shared<std::string>();
  auto* command = add_command(orders, "log-level", "Have the node tell more or less in its log");
  limit_to({"trace", "debug", "info", "warn", "error", "off"},
           command->add_option("LEVEL", *level)->required());
  have_order(command, target, [level] { return json{{"do", "log_level"}, {"level", *level}}; });
}

void add_adaptation(CLI::App& orders, inspect_command& target) {
  const auto add = [&](const char* name, const char* help, bool paused) {
    have_order(add_command(orders, name, help), target, [paused] {
      return json{{"do", "adaptation"}, {"paused", paused}};
    });
  };
  add("pause-adaptation", "Leave the stream as it is now, whatever befalls", true);
  add("resume-adaptation", "Adapt it again", false);
}

void add_fault(CLI::App& orders, inspect_command& target) {
  const auto words = std::make_shared<std::vector<std::string>>();
  auto* command = add_command(
      orders, "fault",
      "Break something, in a node with --allow-faults: kill ACTOR, throw "
      "ACTOR, exhaust ACTOR, hang ACTOR TIME, slow ACTOR TIME (each turn, until it is restarted), "
      "fail-start ACTOR TIMES");
  command->add_option("ORDER", *words, "Its words")->required();
  have_order(command, target, [words] {
    return json{{"do", "fault"}, {"order", fmt::format("{}", fmt::join(*words, " "))}};
  });
}

void add_orders(CLI::App& app, inspect_command& target) {
  auto* orders = add_command(app, "do", "Have a node do something");
  orders->require_subcommand(1);
  add_restart(*orders, target);
  add_close(*orders, target);
  add_set(*orders, target);
  add_log_level(*orders, target);
  add_adaptation(*orders, target);
  add_fault(*orders, target);
}

void add_reports(CLI::App& app, std::optional<report_format>& target) {
  const auto add = [&](const char* name, report_format format, const char* help) {
    const auto take = [&target, format] {
      if (target)
        throw CLI::ValidationError{"--once, --dot and --mermaid exclude each other: give one"};
      target = format;
    };
    app.add_flag_callback(name, take, help);
  };
  add("--once", report_format::text, "Print a report of the nodes, and end");
  add("--dot", report_format::dot,
      "Print the actors and what flows between them in Graphviz's language, for dot, and end");
  add("--mermaid", report_format::mermaid, "Print the same in Mermaid's language, and end");
}

struct web_choice {
  std::optional<web_command> command;
  std::vector<std::string> nodes;  ///< what stood in the place of a port, and is none
};

/// `--web` may stand before a port, or before a node.
void add_web(CLI::App& app, web_choice& target) {
  constexpr std::int64_t greatest_port = 65'535;
  const auto take = [&target](const std::vector<std::string>& values) {
    auto& command = target.command.emplace();
    for (const auto& value : values) {
      if (value.empty()) continue;
      if (value.find_first_not_of("0123456789") == std::string::npos) {
        command.port =
            static_cast<std::uint16_t>(parse_whole_number("--web", value, 1, greatest_port));
      } else {
        target.nodes.push_back(value);
      }
    }
  };
  app.add_option_function<std::vector<std::string>>(
         "--web", take,
         "Serve a page that shows and steers the nodes to browsers of this machine, at this port "
         "or "
         "a free one, and print its address; whoever has that may look and steer")
      ->expected(0, 1)
      ->allow_extra_args(false)
      ->type_name("[PORT]");
}

/// The command that was given, or what the options for reports stand for.
inspect_command chosen(const CLI::App& app, inspect_command given,
                       std::optional<report_format> format, std::optional<web_command> web,
                       bool as_json) {
  const auto commands = app.get_subcommands();
  if (format && !commands.empty())
    throw failure{
        failure_kind::bad_value,
        "--once, --dot and --mermaid are commands of their own: they cannot stand beside " +
            commands.front()->get_name()};
  if (as_json && format && *format != report_format::text)
    throw failure{failure_kind::bad_value,
                  "--json contradicts --dot and --mermaid: each is a language of its own"};
  if (web && (format || as_json || !commands.empty()))
    throw failure{failure_kind::bad_value,
                  "--web is a command of its own: it cannot stand beside another, a report or "
                  "--json"};
  if (!commands.empty()) return given;
  if (web) return *web;
  if (as_json) return report_command{report_format::json};
  return format ? inspect_command{report_command{*format}} : live_command{};
}

void refuse_contradictions(const inspect_options& options) {
  const bool lasts = std::holds_alternative<live_command>(options.command) ||
                     std::holds_alternative<web_command>(options.command) ||
                     std::holds_alternative<events_command>(options.command);
  if (options.duration && !lasts)
    throw failure{
        failure_kind::bad_value,
        "--duration is for what goes on until it is ended: the live view, --web and events"};
  if (std::holds_alternative<order_command>(options.command) &&
      (options.nodes.size() > 1 || options.follows))
    throw failure{failure_kind::bad_value,
                  "an order is for one node: name just one, without --follow"};
}

}  // namespace

std::optional<inspect_options> read_options(int count, const char* const* arguments) {
  inspect_options options;
  std::vector<std::string> nodes;
  std::optional<report_format> format;
  inspect_command command;

  CLI::App app{description, "troupe-inspect"};
  app.set_version_flag("--version", version_line("troupe-inspect"));
  app.footer(footer_text + std::string{exit_status_help()});
  app.add_option("NODE", nodes,
                 "Nodes, each by its socket's path, by control:PATH (its control socket, where "
                 "troupe-node --control PATH put that) or by HOST:PORT (also as "
                 "troupe://HOST:PORT); without any the one at $JETKVM_AUDIO_OUTPUT_SOCKET, else at "
                 "/var/run/audio_output.sock");
  web_choice web;
  add_web(app, web);
  add_reports(app, format);
  app.add_flag("--json", options.json,
               "Print what is there, or what a command has to say, as JSON; see below");
  app.add_flag("--follow", options.follows,
               "Show the nodes as well that these have their streams from, and so on");
  add_duration_option(app, "--duration", options.duration, "End after so much time: 15, 15s, 2m");
  tls_options tls;
  add_tls_options(app, tls, "Security, of questions to nodes on other machines");
  add_log_level_option(app, options.log_level);
  app.require_subcommand(0, 1);
  add_trace(app, command);
  add_follow_frame(app, command);
  add_events(app, command);
  add_orders(app, command);
  if (!parse_command_line(app, count, arguments)) return std::nullopt;

  nodes.insert(nodes.end(), web.nodes.begin(), web.nodes.end());
  if (nodes.empty()) nodes.push_back(usual_socket());
  for (const auto& node : nodes) options.nodes.push_back(parse_target(node));
  options.channel.tls = tls.files();
  options.command = chosen(app, std::move(command), format, web.command, options.json);
  refuse_contradictions(options);
  return options;
}

}  // namespace troupe::inspecting
