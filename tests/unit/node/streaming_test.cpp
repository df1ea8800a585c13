#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <doctest/doctest.h>
#include <sys/socket.h>

#include "actors/runtime/actor_system.hpp"
#include "apps/common/signals.hpp"
#include "apps/node/node.hpp"
#include "tests/unit/listen/scratch_directory.hpp"
#include "tests/unit/support/allocation_counter.hpp"
#include "tests/unit/support/connect_to.hpp"

using namespace troupe;
using namespace std::chrono_literals;

namespace {

/// What was allocated on the reactor's thread from each frame's reading to the next one's.
class watched_input final : public media::pcm_input {
 public:
  using counts = std::vector<std::uint64_t>;

  explicit watched_input(counts& between_frames) : between_frames_(between_frames) {}

  media::pcm_result read(std::span<float> samples) override {
    const auto thread = std::this_thread::get_id();
    if (counter_ && thread == thread_) between_frames_.push_back(counter_->allocations());
    thread_ = thread;
    counter_.emplace();
    if (++frames_ > frame_count) return media::pcm_end{0};
    std::fill(samples.begin(), samples.end(), 0.1F);
    return media::pcm_ready{};
  }
  void reshape(media::pcm_shape) override {}
  media::pcm_pace pace() const override { return media::pcm_pace::clock; }
  std::string description() const override { return "watched"; }

  static constexpr int frame_count = 1200;

 private:
  counts& between_frames_;
  std::optional<test::allocation_counter> counter_;
  std::thread::id thread_;
  int frames_ = 0;
};

void read_all(int client) {
  std::vector<std::byte> buffer(65536);
  while (::recv(client, buffer.data(), buffer.size(), 0) > 0) {
  }
}

}  // namespace

TEST_CASE("steady streaming allocates nothing for a frame, from its capture to its client") {
  const listening::test::scratch_directory directory;
  node_settings settings;
  settings.socket = directory.file("socket");
  settings.codec.frame_duration = 2500us;
  const ending_signals signals;
  runtime::node_system_config config;
  config.probes = std::make_shared<probe::probe_board>();
  caf::actor_system system{config};
  watched_input::counts between_frames;
  node served{settings,
              std::make_shared<delivery::unix_listener>(settings.socket),
              captured_sound(settings, std::make_unique<watched_input>(between_frames)),
              nullptr,
              [] { return codec_settings{}; },
              signals,
              system};
  const auto client = test::connect_to(settings.socket);
  std::thread reader{[&] { read_all(client.get()); }};
  served.run();
  reader.join();

  CHECK(served.summarize().clients.total.frames_delivered > 1000);
  REQUIRE(between_frames.size() > 1000);
  constexpr std::ptrdiff_t warm_up = 200;
  const auto steady = std::span{between_frames}.subspan(warm_up);
  const auto without = std::count(steady.begin(), steady.end(), 0U);
  // The others are those with a batch of readings (one in 32 frames of the source, one in 32 of
  // the connection), for which CAF makes an envelope, or with what happens once a second.
  CHECK(static_cast<double>(without) > 0.9 * static_cast<double>(steady.size()));
}
