#include "actors/probe/probe_board.hpp"

#include <utility>

namespace troupe::probe {

probe_board::probe_board() {
  for (const auto* const name : {"", "node", "other_node"}) static_cast<void>(kind_of(name));
}

actor_kind probe_board::kind_of(std::string_view name) {
  const std::lock_guard lock{mutex_};
  if (const auto found = kinds_.find(name); found != kinds_.end()) return found->second;
  const actor_kind made{static_cast<std::uint16_t>(names_.size())};
  names_.emplace_back(name);
  kinds_.emplace(name, made);
  return made;
}

std::string probe_board::name_of(actor_kind kind) const {
  const std::lock_guard lock{mutex_};
  return names_.at(static_cast<std::size_t>(kind));
}

void probe_board::add(caf::actor_id actor, std::shared_ptr<const actor_probe> probe) {
  const std::lock_guard lock{mutex_};
  probes_.insert_or_assign(actor, std::move(probe));
}

void probe_board::remove(caf::actor_id actor) {
  std::shared_ptr<const actor_probe> ended;  // let go of with the lock open
  const std::lock_guard lock{mutex_};
  const auto found = probes_.find(actor);
  if (found == probes_.end()) return;
  ended = std::move(found->second);
  probes_.erase(found);
  ended->add_to(ended_[ended->kind()]);
}

std::shared_ptr<const actor_probe> probe_board::find(caf::actor_id actor) const {
  const std::lock_guard lock{mutex_};
  const auto found = probes_.find(actor);
  return found == probes_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<const actor_probe>> probe_board::of_kind(actor_kind kind) const {
  std::vector<std::shared_ptr<const actor_probe>> result;
  const std::lock_guard lock{mutex_};
  for (const auto& [actor, probe] : probes_)
    if (probe->kind() == kind) result.push_back(probe);
  return result;
}

/// Who ends meanwhile is counted once: as one of those who lived.
std::vector<handler_tally> probe_board::read(actor_kind kind) const {
  std::vector<handler_tally> sum;
  std::vector<std::shared_ptr<const actor_probe>> living;
  {
    const std::lock_guard lock{mutex_};
    if (const auto found = ended_.find(kind); found != ended_.end()) sum = found->second;
    for (const auto& [actor, probe] : probes_)
      if (probe->kind() == kind) living.push_back(probe);
  }
  for (const auto& probe : living) probe->add_to(sum);
  return sum;
}

}  // namespace troupe::probe
