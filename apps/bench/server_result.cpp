#include "apps/bench/server_result.hpp"

#include <algorithm>

namespace troupe::bench {

nlohmann::json to_json(const server_result& result, const stream_plan& plan) {
  const std::chrono::duration<double> seconds = result.ended.when - result.began.when;
  const std::chrono::duration<double> cpu = result.ended.cpu - result.began.cpu;
  const auto delivered = static_cast<double>(std::max<std::uint64_t>(result.frames_delivered, 1));
  const auto memory = static_cast<double>(result.ended.resident_kib) -
                      static_cast<double>(result.before_clients.resident_kib);
  return {{"frames_delivered", result.frames_delivered},
          {"frames_dropped", result.frames_dropped},
          {"clients_timed_out", result.clients_timed_out},
          {"duration_s", seconds.count()},
          {"frames_per_s", delivered / seconds.count()},
          {"cpu_percent", 100 * cpu.count() / seconds.count()},
          {"cpu_us_per_frame", 1e6 * cpu.count() / delivered},
          {"resident_kib", result.ended.resident_kib},
          {"kib_per_client", memory / static_cast<double>(plan.clients())}};
}

}  // namespace troupe::bench
