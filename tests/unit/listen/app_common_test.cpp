#include <cmath>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "apps/common/duration_option.hpp"
#include "apps/common/exit_status.hpp"
#include "apps/common/json_line.hpp"
#include "apps/common/level_meter.hpp"
#include "apps/common/version.hpp"

using namespace troupe;
using namespace std::chrono_literals;

TEST_CASE("a duration is a number with a unit, or seconds") {
  CHECK(parse_duration("15") == 15s);
  CHECK(parse_duration("15s") == 15s);
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("250us") == 250us);
  CHECK(parse_duration("2m") == 120s);
  CHECK(parse_duration("1h") == 3600s);
}

TEST_CASE("what is no duration is refused") {
  for (const auto* text : {"", "0", "-1", "s", "15 s", "15x", "1e30", "nan", "inf", "1s2", "0x10"})
    CHECK_THROWS_AS(static_cast<void>(parse_duration(text)), failure);
}

TEST_CASE("each kind of failure has its exit status") {
  const std::vector<std::pair<failure_kind, int>> table{
      {failure_kind::bad_value, 64},       {failure_kind::unknown_format, 65},
      {failure_kind::no_source, 66},       {failure_kind::unreadable, 66},
      {failure_kind::empty_source, 66},    {failure_kind::no_device, 69},
      {failure_kind::no_node, 69},         {failure_kind::cannot_create, 73},
      {failure_kind::disk_full, 74},       {failure_kind::output_failed, 74},
      {failure_kind::already_running, 75}, {failure_kind::not_permitted, 77},
      {failure_kind::bad_config, 78}};
  for (const auto& [kind, number] : table) CHECK(static_cast<int>(status_for(kind)) == number);
}

TEST_CASE("what a program's body throws becomes its exit status") {
  CHECK(run_main("test", [] { return exit_status::ok; }) == 0);
  CHECK(run_main("test", []() -> exit_status {
          throw failure{failure_kind::disk_full, "this line on stderr is part of the test"};
        }) == 74);
  CHECK(run_main("test", []() -> exit_status {
          throw std::runtime_error{"this line on stderr is part of the test"};
        }) == 70);
}

TEST_CASE("a line of JSON is UTF-8 whatever a path holds, its keys in the order given") {
  CHECK(json_line(nlohmann::json("caf\xe9.wav")) == "\"caf\xef\xbf\xbd.wav\"");
  CHECK(json_line(nlohmann::ordered_json{{"b", 1}, {"a", "\xe9"}}) ==
        "{\"b\":1,\"a\":\"\xef\xbf\xbd\"}");
}

TEST_CASE("a level meter knows peak and root mean square") {
  level_meter meter;
  CHECK(meter.peak_dbfs() == level_meter::floor_dbfs);
  CHECK(meter.rms_dbfs() == level_meter::floor_dbfs);
  meter.add(std::vector<std::int16_t>{16384, -16384, 16384, -16384});
  CHECK(meter.peak_dbfs() == doctest::Approx(-6.02).epsilon(0.001));
  CHECK(meter.rms_dbfs() == doctest::Approx(-6.02).epsilon(0.001));
  level_meter other;
  other.add(std::vector<std::int16_t>{-32768, 0, 0, 0});
  meter.add(other);
  CHECK(meter.peak_dbfs() == doctest::Approx(0));
  CHECK(meter.rms_dbfs() == doctest::Approx(10 * std::log10(2.0 / 8)));
  meter.clear();
  CHECK(meter.peak_dbfs() == level_meter::floor_dbfs);
}

TEST_CASE("a level bar goes from -60 to 0 dBFS") {
  CHECK(level_bar(-120, 4) == "----");
  CHECK(level_bar(-30, 4) == "##--");
  CHECK(level_bar(0, 4) == "####");
  CHECK(level_bar(3, 4) == "####");
}

TEST_CASE("a version line names the program and its version") {
  const auto line = version_line("troupe-node");
  CHECK(line.starts_with("troupe-node "));
  CHECK(line.size() > std::string_view{"troupe-node "}.size());
}
