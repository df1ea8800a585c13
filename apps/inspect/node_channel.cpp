#include "apps/inspect/node_channel.hpp"

#include <variant>

#include <nlohmann/json.hpp>

#include "apps/common/json_line.hpp"
#include "apps/inspect/control_channel.hpp"
#include "apps/inspect/network_channel.hpp"
#include "apps/inspect/text/printable.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {

nlohmann::json node_channel::ask(const nlohmann::json& question,
                                 std::chrono::milliseconds patience) {
  auto answer = nlohmann::json::parse(exchange(json_line(question), patience), nullptr, false);
  if (!answer.is_object())
    throw failure{failure_kind::unknown_format,
                  "what answers at " + name() +
                      " does not speak as a node does: its answer is no JSON object; give a node's "
                      "socket or address"};
  const auto refusal = answer.find("error");
  if (refusal != answer.end() && refusal->is_string())
    throw failure{failure_kind::bad_value, name() + ": " + printable(refusal->get<std::string>())};
  return answer;
}

std::unique_ptr<node_channel> open_channel(const target& node, const channel_settings& settings) {
  if (const auto* at_socket = std::get_if<socket_target>(&node))
    return std::make_unique<control_channel>(at_socket->path);
  if (const auto* by_control = std::get_if<control_target>(&node))
    return std::make_unique<control_channel>(*by_control);
  return std::make_unique<network_channel>(
      std::get<node_address>(node), settings.tls ? network::open_tls(*settings.tls) : nullptr);
}

}  // namespace troupe::inspecting
