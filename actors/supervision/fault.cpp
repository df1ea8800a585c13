#include "actors/supervision/fault.hpp"

#include <new>
#include <stdexcept>
#include <thread>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "actors/supervision/role.hpp"
#include "protocol/failure.hpp"

namespace troupe::supervision {
namespace {

bool is_role(const caf::strong_actor_ptr& address) {
  return dynamic_cast<const role*>(address->get()) != nullptr;
}

bool has_ended(const caf::strong_actor_ptr& actor) {
  return actor->get()->getf(caf::abstract_actor::is_terminated_flag);
}

/// Who is hit by what goes to `address`, which is called `name`.
caf::strong_actor_ptr victim_at(const caf::strong_actor_ptr& address, const std::string& name) {
  auto actor = player_behind(address);
  if (actor && !has_ended(actor)) return actor;
  throw failure{failure_kind::bad_value,
                "nobody plays \"" + name + "\" now: it waits for its start; try again later"};
}

}  // namespace

void injected_fault::strike() const {
  switch (what) {
    case kind::exception:
      throw std::runtime_error{"a fault was injected"};
    case kind::out_of_memory:
      throw std::bad_alloc{};
    case kind::hang:
      std::this_thread::sleep_for(duration);
      break;
    case kind::slowness:
      break;  // the victim's to remember
  }
}

void fault_injector::add(const std::string& name, const caf::strong_actor_ptr& address) {
  const std::lock_guard lock{mutex_};
  targets_[name].address = address;
}

std::vector<std::string> fault_injector::names() const {
  const std::lock_guard lock{mutex_};
  std::vector<std::string> result;
  for (const auto& [name, its_target] : targets_) result.push_back(name);
  return result;
}

caf::strong_actor_ptr fault_injector::address_of(const std::string& name) const {
  {
    const std::lock_guard lock{mutex_};
    const auto found = targets_.find(name);
    if (found != targets_.end()) return found->second.address;
  }
  const auto other = find_other_ ? find_other_(name) : nullptr;
  return other && !has_ended(other) ? other : nullptr;
}

bool fault_injector::kill(const std::string& name) {
  const auto address = address_of(name);
  if (!address) return false;
  caf::anon_send_exit(caf::actor_cast<caf::actor>(victim_at(address, name)),
                      caf::exit_reason::kill);
  return true;
}

bool fault_injector::raise(const std::string& name) {
  return send(name, {.what = injected_fault::kind::exception});
}

bool fault_injector::exhaust(const std::string& name) {
  return send(name, {.what = injected_fault::kind::out_of_memory});
}

bool fault_injector::hang(const std::string& name, std::chrono::nanoseconds duration) {
  return send(name, {.what = injected_fault::kind::hang, .duration = duration});
}

bool fault_injector::slow(const std::string& name, std::chrono::nanoseconds each_turn) {
  return send(name, {.what = injected_fault::kind::slowness, .duration = each_turn});
}

bool fault_injector::send(const std::string& name, const injected_fault& fault) {
  const auto address = address_of(name);
  if (!address) return false;
  static_cast<void>(victim_at(address, name));
  // Not to the victim itself: if it ends before this comes, the fault goes on to the next player.
  caf::anon_send(caf::actor_cast<caf::actor>(address), fault);
  return true;
}

bool fault_injector::fail_to_start(const std::string& name, std::uint64_t times) {
  {
    const std::lock_guard lock{mutex_};
    const auto found = targets_.find(name);
    if (found != targets_.end() && is_role(found->second.address)) {
      found->second.starts_to_fail = times;
      return true;
    }
  }
  if (!address_of(name)) return false;
  throw failure{failure_kind::bad_value,
                "no supervisor starts \"" + name +
                    "\" again: fail-start has no effect on it; use it on a role"};
}

void fault_injector::before_start(const std::string& name) {
  const std::lock_guard lock{mutex_};
  const auto found = targets_.find(name);
  if (found == targets_.end() || found->second.starts_to_fail == 0) return;
  --found->second.starts_to_fail;
  throw std::runtime_error{"a fault was injected"};
}

}  // namespace troupe::supervision
