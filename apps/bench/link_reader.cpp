#include "apps/bench/link_reader.hpp"

#include <chrono>
#include <thread>

#include "actors/network/tls_context.hpp"
#include "actors/telemetry/latency_histogram.hpp"
#include "apps/bench/latency_figures.hpp"
#include "apps/bench/stamped_frames.hpp"
#include "apps/common/log.hpp"
#include "apps/listen/link_client.hpp"

namespace troupe::bench {
namespace {

using namespace std::chrono_literals;

class measuring_observer final : public listening::node_observer {
 public:
  explicit measuring_observer(shared_progress& progress) : progress_(progress) {}

  /// By the stamp in the packet: the frame's time is what the link makes of it. And until it came,
  /// as troupe-listen has it: the observer's thread is woken up after that.
  void on_packet(const listening::received_packet& packet) override {
    latencies_.record(packet.received - stamp_in(packet.bytes));
    progress_.frames_read().store(++frames_, std::memory_order_release);
  }
  void on_format(const stream_format& /*format*/) override {}
  void on_lost() override {}

  [[nodiscard]] nlohmann::json figures() const {
    auto result = latency_figures(latencies_);
    result["frames_read"] = frames_;
    return result;
  }

 private:
  shared_progress& progress_;
  telemetry::latency_histogram latencies_;
  std::uint64_t frames_ = 0;
};

}  // namespace

nlohmann::json read_link(const stream_plan& plan, shared_progress& progress) {
  start_log("off");
  measuring_observer observer{progress};
  listening::link_client client{link_source{{plan.link.value()}},
                                plan.tls ? network::open_tls(*plan.tls) : nullptr, observer};
  while (client.counters().stops == 0) {
    const auto now = std::chrono::steady_clock::now();
    auto waiting = client.interest();
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(client.deadline() - now);
    ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    client.advance(std::chrono::steady_clock::now());
  }
  return observer.figures();
}

}  // namespace troupe::bench
