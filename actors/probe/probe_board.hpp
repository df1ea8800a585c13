#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <caf/fwd.hpp>

#include "actors/probe/actor_probe.hpp"
#include "actors/probe/handler_tally.hpp"
#include "actors/probe/trace_recorder.hpp"

namespace troupe::probe {

/// Where the probes of all actors of a process can be found, and what those did who have ended.
/// May be used from any thread.
class probe_board {
 public:
  probe_board();

  /// The number of the kind of this name; the same for the same name.
  [[nodiscard]] actor_kind kind_of(std::string_view name);
  [[nodiscard]] std::string name_of(actor_kind kind) const;

  void add(caf::actor_id actor, std::shared_ptr<const actor_probe> probe);
  /// The actor has ended: what it did stays with its kind.
  void remove(caf::actor_id actor);
  /// Null where there is no such actor, or it is no player.
  [[nodiscard]] std::shared_ptr<const actor_probe> find(caf::actor_id actor) const;

  /// What all actors of this kind did, those too that have ended.
  [[nodiscard]] std::vector<handler_tally> read(actor_kind kind) const;
  /// The probes of those of this kind that live.
  [[nodiscard]] std::vector<std::shared_ptr<const actor_probe>> of_kind(actor_kind kind) const;

  [[nodiscard]] trace_recorder& trace() { return trace_; }
  /// For what probes write down.
  [[nodiscard]] std::pmr::memory_resource& memory() { return memory_; }

 private:
  trace_recorder trace_;  // first: each turn looks at its flag
  /// Taken a few KiB at a time: it would double what it takes each time, up to 512 KiB.
  std::pmr::synchronized_pool_resource memory_{{.max_blocks_per_chunk = 32}};
  mutable std::mutex mutex_;
  std::map<std::string, actor_kind, std::less<>> kinds_;
  std::vector<std::string> names_;
  std::unordered_map<caf::actor_id, std::shared_ptr<const actor_probe>> probes_;
  std::map<actor_kind, std::vector<handler_tally>> ended_;
};

}  // namespace troupe::probe
