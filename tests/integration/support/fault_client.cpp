#include "tests/integration/support/fault_client.hpp"

#include <exception>

#include "tests/integration/support/wire_client.hpp"

namespace troupe::test {
namespace {

order_line line_to(const std::string& path) try {
  return order_line{path};
} catch (const std::exception& trouble) {
  throw wire_failure{trouble.what()};
}

}  // namespace

fault_client::fault_client(const std::filesystem::path& node_socket)
    : line_(line_to(node_socket.string() + ".faults")) {}

std::string fault_client::order(const std::string& line) try {
  return line_.order(line);
} catch (const std::exception& trouble) {
  throw wire_failure{trouble.what()};
}

nlohmann::json fault_client::status() { return nlohmann::json::parse(order("status")); }

std::uint64_t fault_client::restarts() {
  const auto now = status();
  std::uint64_t sum = 0;
  for (const auto& actor : now["actors"]) sum += actor["restarts"].get<std::uint64_t>();
  return sum;
}

}  // namespace troupe::test
