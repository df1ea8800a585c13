#include "tests/chaos/account_check.hpp"

#include <cstdint>
#include <unordered_map>

#include <spdlog/fmt/fmt.h>

#include "tests/integration/support/sum_of.hpp"

namespace troupe::chaos {
namespace {

std::uint64_t number(const nlohmann::json& account, const char* key) {
  return account.at(key).get<std::uint64_t>();
}

void check_sum(const std::string& whose, std::uint64_t offered, const nlohmann::json& account,
               std::vector<std::string>& violations) {
  const auto delivered = number(account, "frames_delivered");
  const auto dropped = test::sum_of(account.at("frames_dropped"));
  if (offered == delivered + dropped) return;
  violations.push_back(
      fmt::format("the account of {} does not add up: {} offered, {} delivered and {} dropped",
                  whose, offered, delivered, dropped));
}

/// Frames that came, by client number, where a connection was read to its end.
std::unordered_map<std::uint64_t, std::uint64_t> heard_by_client(const observation& seen) {
  std::unordered_map<std::uint64_t, std::uint64_t> result;
  for (const auto& listener : seen.listeners)
    for (const auto& connection : listener.connections)
      if (connection.read_to_end) result.emplace(connection.number, connection.frames.size());
  return result;
}

void check_clients(const observation& seen, std::vector<std::string>& violations) {
  const auto heard = heard_by_client(seen);
  for (const auto& client : seen.account.at("clients")) {
    const auto name = fmt::format("client {} ({})", number(client, "client"),
                                  client.at("reason").get<std::string>());
    check_sum(name, number(client, "frames_produced"), client, violations);
    const auto found = heard.find(number(client, "client"));
    const auto delivered = number(client, "frames_delivered");
    if (found != heard.end() && found->second != delivered)
      violations.push_back(
          fmt::format("{} heard {} frames, but {} were delivered", name, found->second, delivered));
  }
}

}  // namespace

void check_account(const observation& seen, std::vector<std::string>& violations) {
  const auto& account = seen.account;
  if (account.is_null()) return;  // told already
  try {
    check_sum("all clients", number(account, "frames_offered"), account, violations);
    check_clients(seen, violations);
    if (number(account, "clients_served") != seen.connections_made)
      violations.push_back(fmt::format("{} clients served, but {} had connected",
                                       number(account, "clients_served"), seen.connections_made));
  } catch (const nlohmann::json::exception& error) {
    violations.push_back(std::string{"the account cannot be read: "} + error.what());
  }
}

}  // namespace troupe::chaos
