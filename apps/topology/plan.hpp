#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::topology {

/// What a link is made to be like; where nothing is said it is as the machine has it.
struct link_quality {
  std::chrono::milliseconds delay{0};  ///< one way, each way
  double loss = 0;                     ///< share of the packets that get lost, 0 to 1
  std::uint64_t bits_per_second = 0;   ///< 0: no limit

  friend bool operator==(const link_quality&, const link_quality&) = default;
};

/// Where a relay has its sound from.
struct planned_link {
  std::string upstream;  ///< name of a node
  link_quality quality;

  friend bool operator==(const planned_link&, const planned_link&) = default;
};

/// What a node must keep to; what is not said is not looked at.
struct node_expectations {
  std::optional<std::uint64_t> most_memory_kib;         ///< resident, at any time
  std::optional<std::uint64_t> most_memory_growth_kib;  ///< from when all had started to the end
  std::optional<std::uint64_t> most_actor_restarts;

  friend bool operator==(const node_expectations&, const node_expectations&) = default;
};

struct planned_node {
  std::string name;
  std::string source;                   ///< of troupe-node, for a node that is no relay
  std::vector<planned_link> upstreams;  ///< of a relay: the first is preferred
  std::vector<std::string> options;     ///< more options for troupe-node, as on its command line
  node_expectations expected;

  friend bool operator==(const planned_node&, const planned_node&) = default;
};

/// What each of the listeners must hear; what is not said is not looked at.
struct listener_expectations {
  std::optional<std::uint64_t> most_missing_frames;
  std::optional<std::uint64_t> most_gaps;
  std::optional<std::chrono::microseconds> most_latency_p50;
  std::optional<std::chrono::microseconds> most_latency_p99;
  std::optional<std::chrono::microseconds> most_recovery;  ///< of any fault that silenced it
  bool hears_at_the_end = true;                            ///< sound still comes when the run ends

  friend bool operator==(const listener_expectations&, const listener_expectations&) = default;
};

struct planned_listener {
  std::string name;
  std::string node;
  std::size_t count = 1;
  bool over_link = false;  ///< by troupe://; else at the node's Unix socket
  listener_expectations expected;

  friend bool operator==(const planned_listener&, const planned_listener&) = default;
};

enum class fault_kind {
  kill,        ///< SIGKILL to a node; started again after `lasts`, if that is said
  stop,        ///< SIGSTOP to a node, SIGCONT after `lasts`
  restart,     ///< a node is ended in good order and started again
  kill_actor,  ///< an actor inside a node is killed; its supervisor is to mend it
  partition,   ///< nothing passes a link for `lasts`; its ends are not told
  quality,     ///< a link is as bad as `quality` for `lasts`
};

struct planned_fault {
  std::chrono::milliseconds at{0};  ///< since all nodes and listeners had started
  fault_kind kind = fault_kind::kill;
  std::string node;      ///< of a link: its lower end
  std::string upstream;  ///< of a link: its upper end
  std::string actor;     ///< for kill_actor: its name, as the node's log has it
  std::optional<std::chrono::milliseconds> lasts;  ///< nothing: until the run's end
  link_quality quality;

  friend bool operator==(const planned_fault&, const planned_fault&) = default;
};

/// A whole run: what is started, what goes wrong in it, and what must hold.
struct plan {
  std::string name;
  std::chrono::milliseconds duration{0};  ///< from when all had started
  std::vector<planned_node> nodes;        ///< an upstream always before its relays
  std::vector<planned_listener> listeners;
  std::vector<planned_fault> faults;  ///< by time

  friend bool operator==(const plan&, const plan&) = default;
};

}  // namespace troupe::topology
