// A shop whose till breaks at a false coin. Its supervisor brings it back, and the customers, who
// know its role only, notice nothing.
#include <iostream>
#include <memory>
#include <stdexcept>

#include <caf/all.hpp>

#include "actors/supervision/role.hpp"
#include "actors/supervision/supervisor.hpp"

using namespace troupe;

namespace {

constexpr int false_coin = 1;

/// Adds up coins and tells the sum when asked with 0. `sum` outlives it.
caf::behavior till(supervision::player<caf::event_based_actor>*, const std::shared_ptr<int>& sum) {
  return {[sum](int coin) {
    if (coin == false_coin) throw std::runtime_error{"that coin is false"};
    return *sum += coin;
  }};
}

void keep_shop(caf::actor_system& system) {
  caf::scoped_actor self{system};
  const auto role = supervision::make_role(system, "till");
  const auto record = std::make_shared<supervision::supervision_record>();
  const auto make = [sum = std::make_shared<int>(0)](caf::actor_system& in) {
    return caf::actor_cast<caf::strong_actor_ptr>(in.spawn(till, sum));
  };
  const auto boss = system.spawn(
      supervision::supervisor, supervision::supervisor_settings{},
      std::vector{supervision::child_specification{.name = "till", .role = role, .make = make}},
      record);
  const auto customers = caf::actor_cast<caf::actor>(role);
  for (const int coin : {2, 5, 10, false_coin, 10, 5, 2, 20}) caf::anon_send(customers, coin);
  self->request(customers, caf::infinite, 0)
      .receive(
          [&](int sum) {
            const auto child = record->report().children.at(0);
            std::cout << "the till holds " << sum << " after " << child.failures
                      << " failure: " << child.last_failure << std::endl;
          },
          [&](const caf::error& error) { std::cerr << system.render(error) << std::endl; });
  self->send(boss, stop_atom::value);
}

}  // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config};
  keep_shop(system);
}
