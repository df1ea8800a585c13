#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "tests/chaos/front_door.hpp"
#include "tests/chaos/listener.hpp"
#include "tests/chaos/observation.hpp"
#include "tests/chaos/options.hpp"
#include "tests/integration/support/child_process.hpp"
#include "tests/integration/support/fault_client.hpp"
#include "tests/integration/support/temporary_directory.hpp"

namespace troupe::chaos {

/// A node with listeners on recorded speech whose actors are hit by faults.
class experiment {
 public:
  /// Starts the node, and the listeners one after the other. Throws child_failure or wire_failure.
  explicit experiment(const chaos_options& options);

  /// Injects faults for as long as the options say, then ends the node. Tells on stdout how far it
  /// is. To be called once.
  [[nodiscard]] observation run();

 private:
  void start_listeners();
  void inject_faults();
  void inject(fault what);
  [[nodiscard]] std::uint64_t connection_to_hit(fault& what);
  void tell_progress();
  void await_listeners() const;
  void end_node();

  const chaos_options options_;
  test::temporary_directory directory_;
  test::child_process node_;
  front_door door_;
  std::vector<std::unique_ptr<listener>> listeners_;
  std::optional<test::fault_client> console_;
  stall_watch stall_watch_;
  observation seen_;
  steady_time progress_due_;
};

}  // namespace troupe::chaos
