#include "protocol/frame.hpp"

#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

#include <caf/all.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <doctest/doctest.h>

#include "protocol/type_ids.hpp"
#include "tests/unit/support/bytes.hpp"

namespace troupe {
namespace {

using test::bytes;
using test::counting_bytes;
using test::same_bytes;

frame_info sample_info() {
  return {.sequence = frame_sequence{42},
          .captured = unix_time{std::chrono::nanoseconds{0x0102030405060708}},
          .encoded = std::chrono::steady_clock::now(),
          .format = {.sample_rate_hz = 16000, .channels = 1, .frame_size = 320}};
}

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

TEST_CASE("a frame's wire image is the header to the byte, then the packet") {
  const auto frame = make_frame(bytes({0xAA, 0xBB}), sample_info());
  CHECK(same_bytes(frame->wire_image(),
                   bytes({0x55, 0x4F, 0x4B, 0x4A, 0x00, 0x02, 0x00, 0x00, 0x00, 0x08, 0x07, 0x06,
                          0x05, 0x04, 0x03, 0x02, 0x01, 0xAA, 0xBB})));
  CHECK(same_bytes(frame->packet(), bytes({0xAA, 0xBB})));
  CHECK(frame->info().sequence == frame_sequence{42});
  CHECK(frame->info().format == sample_info().format);
}

TEST_CASE("a frame takes a packet of 4096 bytes, and one of none") {
  const auto largest = make_frame(counting_bytes(4096), sample_info());
  CHECK(largest->wire_image().size() == 4113);
  CHECK(same_bytes(largest->packet(), counting_bytes(4096)));
  const auto smallest = make_frame({}, sample_info());
  CHECK(smallest->wire_image().size() == 17);
  CHECK(smallest->packet().empty());
}

TEST_CASE("holders of a frame share its bytes, none has a copy") {
  const auto first = make_frame(counting_bytes(10), sample_info());
  const auto second = first;  // NOLINT(performance-unnecessary-copy-initialization)
  CHECK(second->wire_image().data() == first->wire_image().data());
}

TEST_CASE("the encoder writes to where the packet will lie in the wire image") {
  frame_builder builder;
  const auto space = builder.packet_space();
  space[0] = std::byte{0x5A};
  const auto frame = std::move(builder).finish(1, sample_info());
  CHECK(frame->packet().data() == space.data());
  CHECK(frame->packet()[0] == std::byte{0x5A});
}

TEST_CASE("settings and reports survive the way between processes") {
  caf_system caf;
  codec_settings settings;
  settings.frame_duration = std::chrono::microseconds{2500};
  settings.bandwidth = opus_bandwidth::superwide;
  settings.fec = true;
  client_report report;
  report.client = client_number{7};
  report.peer = {.pid = 11, .uid = 12, .gid = 13};
  report.delivery.frames_offered = 3;
  report.delivery.frames_dropped[drop_cause::write_timeout] = 2;
  report.reason = "left";
  std::vector<char> buffer;
  caf::binary_serializer sink{caf.system, buffer};
  REQUIRE_FALSE(sink(settings, report));
  caf::binary_deserializer input{caf.system, buffer};
  codec_settings settings_read;
  client_report report_read;
  REQUIRE_FALSE(input(settings_read, report_read));
  CHECK(settings_read == settings);
  CHECK(report_read.client == report.client);
  CHECK(report_read.peer.gid == 13);
  CHECK(report_read.delivery == report.delivery);
  CHECK(report_read.reason == "left");
}

}  // namespace
}  // namespace troupe
