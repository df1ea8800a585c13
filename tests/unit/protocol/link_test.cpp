#include "protocol/link.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include <caf/all.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <doctest/doctest.h>

#include "protocol/type_ids.hpp"
#include "protocol/wire.hpp"
#include "tests/unit/support/bytes.hpp"

namespace troupe {
namespace {

using test::counting_bytes;
using test::same_bytes;

struct caf_system {
  struct config : caf::actor_system_config {
    config() {
      add_message_types<caf::id_block::troupe>();
      set("scheduler.max-threads", 1U);
    }
  };
  config settings;
  caf::actor_system system{settings};
};

link_frame sample_frame(std::size_t packet_size) {
  const auto source =
      make_frame(counting_bytes(packet_size),
                 {.sequence = frame_sequence{42},
                  .captured = unix_time{std::chrono::nanoseconds{0x0102030405060708}},
                  .format = {.sample_rate_hz = 16000, .channels = 1, .frame_size = 320},
                  .stream = stream_id{77}});
  return link_frame::of(*source, unix_time{std::chrono::nanoseconds{9}});
}

TEST_CASE("a frame that goes to another node says there what it says here") {
  caf_system caf;
  for (const std::size_t size : {0U, 1U, 300U, 4096U}) {
    auto sent = sample_frame(size);
    std::vector<char> buffer;
    caf::binary_serializer sink{caf.system, buffer};
    REQUIRE_FALSE(sink(sent));
    caf::binary_deserializer input{caf.system, buffer};
    link_frame heard;
    REQUIRE_FALSE(input(heard));
    CAPTURE(size);
    CHECK(heard.stream == 77);
    CHECK(heard.sequence == 42);
    CHECK(heard.captured_unix_ns == 0x0102030405060708);
    CHECK(heard.sent_unix_ns == 9);
    CHECK(heard.format == stream_format{16000, 1, 320});
    CHECK(same_bytes(std::as_bytes(std::span{heard.packet}), counting_bytes(size)));
  }
}

TEST_CASE("a frame that cannot be one is not plausible") {
  const auto now = unix_now();
  const auto good = [&] {
    auto result = sample_frame(30);
    result.captured_unix_ns = result.sent_unix_ns = now.time_since_epoch().count();
    return result;
  };
  CHECK(good().is_plausible(now));
  const auto is_refused = [&](auto spoil) {
    auto frame = good();
    spoil(frame);
    CHECK_FALSE(frame.is_plausible(now));
  };
  is_refused([](auto& frame) { frame.packet.clear(); });
  is_refused([](auto& frame) { frame.packet.resize(wire::max_payload_size + 1); });
  is_refused([](auto& frame) { frame.format.sample_rate_hz = 0; });
  is_refused([](auto& frame) { frame.format.sample_rate_hz = 44100; });
  is_refused([](auto& frame) { frame.format.channels = 3; });
  is_refused([](auto& frame) { frame.format.frame_size = 961; });
  is_refused([](auto& frame) { frame.captured_unix_ns = INT64_MIN; });
  is_refused([](auto& frame) { frame.sent_unix_ns = INT64_MAX; });
}

TEST_CASE("a clock without a battery, which begins in 1970, is plausible") {
  CHECK(is_plausible_time(0, unix_now()));
}

TEST_CASE("a frame that ends too early on its way is an error, not a frame") {
  caf_system caf;
  auto sent = sample_frame(30);
  std::vector<char> buffer;
  caf::binary_serializer sink{caf.system, buffer};
  REQUIRE_FALSE(sink(sent));
  for (std::size_t size = 0; size < buffer.size(); ++size) {
    caf::binary_deserializer input{caf.system, buffer.data(), size};
    link_frame heard;
    CAPTURE(size);
    CHECK(input(heard));
  }
}

}  // namespace
}  // namespace troupe
