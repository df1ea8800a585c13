#include "apps/listen/options.hpp"

#include <cstdlib>
#include <vector>

#include <doctest/doctest.h>

#include "protocol/failure.hpp"
#include "tests/unit/support/refusal.hpp"

using namespace troupe;
using namespace troupe::listening;
using namespace std::chrono_literals;

namespace {

listen_options read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "troupe-listen");
  return read_options(static_cast<int>(arguments.size()), arguments.data()).value();
}

failure_kind refusal_of(const std::vector<const char*>& arguments) {
  return test::refusal_of([&] { return read(arguments); });
}

}  // namespace

TEST_CASE("the socket is the argument, else that of the environment, else the usual one") {
  ::unsetenv("JETKVM_AUDIO_OUTPUT_SOCKET");
  CHECK(read({}).node == "/var/run/audio_output.sock");
  ::setenv("JETKVM_AUDIO_OUTPUT_SOCKET", "/tmp/other.sock", 1);
  CHECK(read({}).node == "/tmp/other.sock");
  CHECK(read({"/tmp/mine.sock"}).node == "/tmp/mine.sock");
  ::setenv("JETKVM_AUDIO_OUTPUT_SOCKET", "", 1);
  CHECK(read({}).node == "/var/run/audio_output.sock");
  ::unsetenv("JETKVM_AUDIO_OUTPUT_SOCKET");
}

TEST_CASE("without options a listener measures, talks and shows a meter") {
  const auto options = read({});
  CHECK(options.output == output_address{null_output{}});
  CHECK_FALSE(options.duration.has_value());
  CHECK_FALSE(options.json);
  CHECK_FALSE(options.silent);
  CHECK_FALSE(options.follow);
  CHECK(options.meter);
}

TEST_CASE("options are read") {
  const auto options = read({"--out", "a.opus", "--duration", "1500ms", "--json", "--silent",
                             "--no-meter", "--log-level", "debug"});
  CHECK(options.output == output_address{opus_output{"a.opus"}});
  CHECK(options.duration == 1500ms);
  CHECK(options.json);
  CHECK(options.silent);
  CHECK_FALSE(options.meter);
  CHECK(options.log_level == "debug");
  CHECK(read({"--out", "-"}).output == output_address{stdout_output{}});
  CHECK_FALSE(options.time_line);
  CHECK(read({"--timeline", "a.timeline"}).time_line == "a.timeline");
}

TEST_CASE("wrong and contradictory options are refused") {
  for (const auto& arguments : std::vector<std::vector<const char*>>{{"--bogus"},
                                                                     {"a.sock", "b.sock"},
                                                                     {"--out", "a.mp3"},
                                                                     {"--duration", "soon"},
                                                                     {"--duration", "0"},
                                                                     {"--log-level", "loud"},
                                                                     {"--json", "--out", "-"},
                                                                     {"--silent", "--follow"}})
    CHECK(refusal_of(arguments) == failure_kind::bad_value);
}
