#include "apps/inspect/node_links.hpp"

#include <algorithm>
#include <string>

#include "apps/inspect/target.hpp"
#include "protocol/address.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {
namespace {

/// The address in "troupe://HOST:PORT" or "HOST:PORT"; nothing where there is none.
std::optional<node_address> address_in(const std::string& text) {
  if (text.empty()) return std::nullopt;
  try {
    const auto read = parse_target(text);
    if (const auto* address = std::get_if<node_address>(&read)) return *address;
  } catch (const failure&) {
    // A node may call its upstream anything.
  }
  return std::nullopt;
}

bool is_any_host(const std::string& host) { return host == "0.0.0.0" || host == "::"; }

/// A node that listens everywhere does not know by which address others reach it: it is the one
/// that has the port, and the same stream.
bool is_reached_at(const node_view& node, const node_address& address, const std::string& stream) {
  if (node.node == target{address}) return true;
  const auto& facts = node.latest->parsed.node;
  const auto listens = address_in(facts.listen);
  if (!listens) return false;
  return *listens == address ||
         (is_any_host(listens->host) && listens->port == address.port && facts.stream == stream);
}

}  // namespace

std::optional<std::size_t> upstream_among(
    const std::vector<std::shared_ptr<const node_view>>& nodes, std::size_t hearer) {
  const auto& latest = nodes[hearer]->latest;
  if (!latest || !latest->parsed.upstream) return std::nullopt;
  const auto address = address_in(latest->parsed.upstream->address);
  if (!address) return std::nullopt;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (i != hearer && nodes[i]->latest &&
        is_reached_at(*nodes[i], *address, latest->parsed.node.stream))
      return i;
  return std::nullopt;
}

}  // namespace troupe::inspecting
