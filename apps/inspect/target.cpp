#include "apps/inspect/target.hpp"

#include <string_view>
#include <utility>

#include "protocol/failure.hpp"

namespace troupe::inspecting {
namespace {

constexpr std::string_view control_suffix = ".control";
constexpr std::string_view control_prefix = "control:";

node_address only_address_in(const std::string& text) {
  const auto link = parse_link_source(text);
  if (link.upstreams.size() != 1)
    throw failure{failure_kind::bad_value, "\"" + text +
                                               "\" names several nodes; name each by itself, with "
                                               "a space between"};
  return link.upstreams.front();
}

bool is_beside_a_socket(std::string_view path) {
  return path.size() > control_suffix.size() && path.ends_with(control_suffix);
}

/// One node is one target, whichever of its two sockets was named.
socket_target socket_at(std::string path) {
  if (is_beside_a_socket(path)) path.resize(path.size() - control_suffix.size());
  return {std::move(path)};
}

/// A host may have that name as well: then a port follows.
bool names_control_socket(std::string_view text) {
  constexpr auto digits = "0123456789";
  return text.starts_with(control_prefix) &&
         text.find_first_not_of(digits, control_prefix.size()) != std::string_view::npos;
}

target control_socket_at(std::string path) {
  if (is_beside_a_socket(path)) return socket_at(std::move(path));
  return control_target{std::move(path)};
}

}  // namespace

target parse_target(const std::string& text) {
  if (text.empty())
    throw failure{failure_kind::bad_value,
                  "an empty text names no node; give its socket's path or HOST:PORT"};
  if (is_link_source(text)) return only_address_in(text);
  if (names_control_socket(text)) return control_socket_at(text.substr(control_prefix.size()));
  if (text.find('/') != std::string::npos || text.find(':') == std::string::npos)
    return socket_at(text);
  return parse_node_address(text);
}

std::string to_string(const target& node) {
  if (const auto* address = std::get_if<node_address>(&node))
    return "troupe://" + to_string(*address);
  if (const auto* control = std::get_if<control_target>(&node))
    return std::string{control_prefix} + control->path;
  return std::get<socket_target>(node).path;
}

}  // namespace troupe::inspecting
