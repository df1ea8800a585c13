#include "apps/node/inspection/node_actions.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string_view>

#include <caf/scoped_actor.hpp>
#include <caf/sec.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "actors/probe/journal.hpp"
#include "actors/supervision/failure_text.hpp"
#include "actors/supervision/role.hpp"
#include "apps/node/fault_console.hpp"
#include "protocol/failure.hpp"

namespace troupe {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds answer_limit{500};
constexpr auto codec_options = "bitrate_bps, complexity, frame_ms, fec, expected_loss_percent";
constexpr std::array log_levels{"trace", "debug", "info", "warn", "error", "off"};

[[noreturn]] void refuse(const std::string& why) { throw failure{failure_kind::bad_value, why}; }

/// The member of an order. Throws failure where it is absent or no `Value`.
template <class Value>
Value member_of(const json& order, const char* name, const char* what) {
  const auto found = order.find(name);
  if (found == order.end()) refuse(fmt::format("the order lacks \"{}\": {}", name, what));
  try {
    return found->get<Value>();
  } catch (const json::exception&) {
    refuse(fmt::format("\"{}\" is {}, and not {}", name, found->dump(), what));
  }
}

std::int32_t whole_number(const json& value, const std::string& name) {
  constexpr auto most = std::numeric_limits<std::int32_t>::max();
  if (!value.is_number_integer() || value < -most || value > most)
    refuse(fmt::format("\"{}\" is {}, and not a whole number", name, value.dump()));
  return value.get<std::int32_t>();
}

void set_option(codec_settings& codec, const std::string& name, const json& value) {
  if (name == "bitrate_bps") {
    codec.bitrate_bps = whole_number(value, name);
  } else if (name == "complexity") {
    codec.complexity = whole_number(value, name);
  } else if (name == "expected_loss_percent") {
    codec.expected_loss_percent = whole_number(value, name);
  } else if (name == "frame_ms") {
    if (!value.is_number() || value < 0 || value > 1000)
      refuse(fmt::format("\"frame_ms\" is {}, and not a frame's length", value.dump()));
    codec.frame_duration = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::duration<double, std::milli>{value.get<double>()});
  } else if (name == "fec") {
    if (!value.is_boolean())
      refuse(fmt::format("\"fec\" is {}, and not true or false", value.dump()));
    codec.fec = value.get<bool>();
  } else {
    refuse(fmt::format("there is no option \"{}\" to set; there are {}", name, codec_options));
  }
}

}  // namespace

std::string node_actions::act(const json& order, const std::string& who) {
  const auto what = member_of<std::string>(order, "do", "a word");
  std::string done;
  if (what == "restart")
    done = restart(order);
  else if (what == "close")
    done = close(order, who);
  else if (what == "set")
    done = set_codec(order);
  else if (what == "log_level")
    done = set_log_level(order);
  else if (what == "adaptation")
    done = pause_adaptation(order);
  else if (what == "fault")
    done = inject_fault(order);
  else
    refuse(
        fmt::format("nobody knows how to do \"{}\"; there are restart, close, set, log_level, "
                    "adaptation and fault",
                    what));
  probe::tell(probe::event_kind::action, probe::event_level::info, what,
              fmt::format("{} (asked for by {})", done, who));
  return done;
}

std::string node_actions::restart(const json& order) {
  const auto name = member_of<std::string>(order, "actor", "the name of an actor");
  if (client_of_connection(name))
    refuse(
        fmt::format("{} is not started again by anybody: close its client, which comes again by "
                    "itself",
                    name));
  const auto role = node_.tree.role_named(name);
  if (!role) {
    refuse(fmt::format("there is no actor \"{}\" that a supervisor starts again; there are {}",
                       name, fmt::join(node_.tree.role_names(), ", ")));
  }
  const auto player = supervision::role_of(role).player();
  if (!player) refuse(fmt::format("nobody plays {} now: it waits for its start already", name));
  // Not in good order: a supervisor would take its children along.
  caf::anon_send_exit(caf::actor_cast<caf::actor>(player), caf::exit_reason::kill);
  return name + " is restarted";
}

std::string node_actions::close(const json& order, const std::string& who) {
  const auto number = member_of<std::uint64_t>(order, "client", "a client's number");
  const auto connection = node_.tree.connection_of(client_number{number});
  if (!connection) refuse(fmt::format("client {} is not connected", number));
  caf::anon_send(connection, dismiss_atom::value, "it was closed, as asked for by " + who);
  return fmt::format("client {} is closed", number);
}

std::string node_actions::set_codec(const json& order) {
  if (!node_.tree.sound().is_encoded_here)
    refuse("this node passes a stream on as it comes; set the codec where it is encoded");
  auto codec = node_.tree.memory().adaptation->report().asked_for.codec;
  std::string options;
  for (const auto& [name, value] : order.items()) {
    if (name == "do") continue;
    set_option(codec, name, value);
    options += fmt::format("{}{} {}", options.empty() ? "" : ", ", name, value.dump());
  }
  if (options.empty())
    refuse(fmt::format("the order says nothing to set; there are {}", codec_options));
  if (const auto complaint = codec.complaint()) refuse(*complaint);
  caf::scoped_actor self{node_.system};
  std::string trouble;
  std::string later;
  self->request(node_.tree.roles().optimiser, answer_limit, codec)
      .receive([] {},
               [&](const caf::error& error) {
                 if (error == caf::sec::request_timeout) {
                   later = "; the source is busy or being restarted, and takes it when it is back";
                 } else {
                   trouble = supervision::describe(error, node_.system);
                 }
               });
  if (!trouble.empty()) refuse("the codec stays as it is: " + trouble);
  return fmt::format("the codec is to have {}{}", options, later);
}

std::string node_actions::set_log_level(const json& order) {
  const auto level = member_of<std::string>(order, "level", "a level");
  if (std::find(log_levels.begin(), log_levels.end(), level) == log_levels.end())
    refuse(fmt::format("\"{}\" is no level of the log; there are {}", level,
                       fmt::join(log_levels, ", ")));
  spdlog::set_level(spdlog::level::from_str(level));
  return "the log has the level " + level;
}

std::string node_actions::pause_adaptation(const json& order) {
  const auto is_paused = member_of<bool>(order, "paused", "true or false");
  auto& adaptation = *node_.tree.memory().adaptation;
  if (adaptation.mode() == adaptation_mode::off)
    refuse("this node does not adapt (--adapt off): there is nothing to pause");
  adaptation.set_paused(is_paused);
  return is_paused ? "adaptation pauses: the stream stays as it is" : "adaptation goes on";
}

std::string node_actions::inject_fault(const json& order) {
  if (!node_.settings.allow_faults)
    refuse("this node takes no faults; start it with --allow-faults");
  const auto line = member_of<std::string>(order, "order", "an order such as \"kill source\"");
  const auto answer = fault_console{node_.tree, node_.system}.obey(line);
  constexpr std::string_view error = "error: ";
  if (answer.starts_with(error)) refuse(answer.substr(error.size()));
  return "fault injected: " + line;
}

}  // namespace troupe
