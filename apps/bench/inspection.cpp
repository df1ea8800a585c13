#include "apps/bench/inspection.hpp"

#include <list>

#include <unistd.h>

#include "apps/common/log.hpp"
#include "apps/inspect/node_watch.hpp"

namespace troupe::bench {

nlohmann::json inspect_by(std::size_t inspectors, const std::string& socket) {
  start_log("off");
  std::list<inspecting::node_watch> watches;
  for (std::size_t i = 0; i < inspectors; ++i)
    watches.emplace_back(
        inspecting::socket_target{socket},
        [](const inspecting::target& node) { return inspecting::open_channel(node, {}); }, [] {});
  for (;;) ::pause();
}

}  // namespace troupe::bench
