#include "actors/supervision/fault.hpp"

#include <new>
#include <stdexcept>
#include <thread>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "actors/supervision/role.hpp"

namespace troupe::supervision {

void injected_fault::strike() const {
  switch (what) {
    case kind::exception:
      throw std::runtime_error{"a fault was injected"};
    case kind::out_of_memory:
      throw std::bad_alloc{};
    case kind::hang:
      std::this_thread::sleep_for(duration);
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
  return find_other_ ? find_other_(name) : nullptr;
}

bool fault_injector::kill(const std::string& name) {
  const auto address = address_of(name);
  if (!address) return false;
  const auto actor = player_behind(address);
  if (actor) caf::anon_send_exit(caf::actor_cast<caf::actor>(actor), caf::exit_reason::kill);
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

bool fault_injector::send(const std::string& name, const injected_fault& fault) {
  const auto address = address_of(name);
  if (!address) return false;
  caf::anon_send(caf::actor_cast<caf::actor>(address), fault);
  return true;
}

bool fault_injector::fail_to_start(const std::string& name, std::uint64_t times) {
  const std::lock_guard lock{mutex_};
  const auto found = targets_.find(name);
  if (found == targets_.end()) return false;
  found->second.starts_to_fail = times;
  return true;
}

void fault_injector::before_start(const std::string& name) {
  const std::lock_guard lock{mutex_};
  const auto found = targets_.find(name);
  if (found == targets_.end() || found->second.starts_to_fail == 0) return;
  --found->second.starts_to_fail;
  throw std::runtime_error{"a fault was injected"};
}

}  // namespace troupe::supervision
