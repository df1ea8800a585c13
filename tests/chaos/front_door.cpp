#include "tests/chaos/front_door.hpp"

#include <chrono>

namespace troupe::chaos {
namespace {

/// A node that is there has its socket at all times.
constexpr std::chrono::milliseconds patience{1'000};

}  // namespace

front_door::entrance front_door::enter() {
  const std::lock_guard lock{mutex_};
  test::wire_client client{socket_, patience};
  client.set_timeout(test::wire_client::default_timeout);
  const auto number = ++connected_;
  auto first = client.read_message();
  return {.client = std::move(client), .number = number, .first = std::move(first)};
}

std::uint64_t front_door::connected() const {
  const std::lock_guard lock{mutex_};
  return connected_;
}

}  // namespace troupe::chaos
