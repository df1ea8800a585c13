#include "apps/inspect/node_channel.hpp"

#include <variant>

#include <nlohmann/json.hpp>

#include "apps/common/json_line.hpp"
#include "apps/inspect/control_channel.hpp"
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
    throw failure{failure_kind::bad_value, name() + ": " + refusal->get<std::string>()};
  return answer;
}

std::unique_ptr<node_channel> open_channel(const target& node, const channel_settings&) {
  if (const auto* at_socket = std::get_if<socket_target>(&node))
    return std::make_unique<control_channel>(at_socket->path);
  throw failure{failure_kind::bad_value,
                "nodes on other machines cannot be inspected yet: " + to_string(node) +
                    "; give the path of a node's socket"};
}

}  // namespace troupe::inspecting
