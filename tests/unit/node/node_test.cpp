#include "apps/node/node.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <vector>

#include <caf/actor_system.hpp>
#include <doctest/doctest.h>
#include <sys/socket.h>

#include "actors/runtime/actor_system.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/wire.hpp"
#include "protocol/wire_parser.hpp"
#include "tests/unit/listen/scratch_directory.hpp"
#include "tests/unit/support/connect_to.hpp"

using namespace troupe;

namespace {

/// Gives some sound, and then fails whenever it is read.
class breaking_input final : public media::pcm_input {
 public:
  media::pcm_result read(std::span<float> samples) override {
    if (frames_left_ == 0) throw std::runtime_error{"the input broke"};
    --frames_left_;
    std::fill(samples.begin(), samples.end(), 0.0F);
    return media::pcm_ready{};
  }
  void reshape(media::pcm_shape) override {}
  [[nodiscard]] media::pcm_pace pace() const override { return media::pcm_pace::clock; }
  [[nodiscard]] unix_time captured() const override { return {}; }
  [[nodiscard]] std::string description() const override { return "an input that breaks"; }

 private:
  int frames_left_ = 25;
};

std::vector<wire::message_type> all_messages(int socket) {
  std::vector<wire::message_type> types;
  wire::parser parser;
  std::array<std::byte, 65536> buffer;
  for (ssize_t size = 0; (size = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0;) {
    auto input = std::span<const std::byte>{buffer}.first(static_cast<std::size_t>(size));
    for (;;) {
      const auto next = parser.next(input);
      const auto* message = std::get_if<wire::message_view>(&next);
      if (message == nullptr) break;
      types.push_back(message->header.type);
    }
  }
  return types;
}

}  // namespace

TEST_CASE("a node that gives up tells its clients, accounts for all and says what failed") {
  const listening::test::scratch_directory directory;
  node_settings settings;
  settings.socket = directory.file("socket");
  settings.restarts.intensity.max_restarts = 1;
  settings.always_encode = true;  // the first frame may come before the client
  const ending_signals signals;
  runtime::node_system_config config;
  caf::actor_system system{config};
  node served{settings,
              std::make_shared<delivery::unix_listener>(settings.socket),
              captured_sound(settings, std::make_unique<breaking_input>()),
              nullptr,
              [] { return codec_settings{}; },
              signals,
              system};
  const auto client = test::connect_to(settings.socket);
  const auto hello = wire::control_message::heartbeat(unix_now());
  REQUIRE(::send(client.get(), hello.bytes().data(), hello.bytes().size(), 0) > 0);

  served.run();

  CHECK_THROWS_WITH_AS(served.throw_if_failed(),
                       "source failed 2 times within 300 s, the last time: the input broke",
                       supervision_failure);
  const auto heard = all_messages(client.get());
  REQUIRE_FALSE(heard.empty());
  CHECK(heard.back() == wire::message_type::stop);
  const auto summary = served.summarize();
  CHECK(summary.restarts() == 1);
  CHECK(summary.source.frames_produced == 25);
  REQUIRE(summary.clients.clients.size() == 1);
  const auto& account = summary.clients.clients.front().delivery;
  CHECK(account.frames_delivered ==
        static_cast<std::uint64_t>(
            std::count(heard.begin(), heard.end(), wire::message_type::opus_frame)));
  CHECK(account.frames_offered == account.frames_delivered + account.frames_dropped.total());
}
