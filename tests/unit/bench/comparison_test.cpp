#include "apps/bench/comparison.hpp"

#include <fstream>
#include <sstream>

#include <doctest/doctest.h>

#include "apps/bench/temporary_directory.hpp"
#include "protocol/failure.hpp"

using namespace troupe;
using namespace troupe::bench;

namespace {

constexpr auto earlier_line =
    R"({"latency":{"floor":{"p50_us":40},"troupe":{"p50_us":50,"frames_lost":0},)"
    R"("ratio":{"p50_us":1.25},"settings":{"rounds":5}}})";

failure_kind refusal_of(const std::string& path) {
  try {
    static_cast<void>(read_report(path));
  } catch (const failure& refused) {
    return refused.kind();
  }
  FAIL("the file was not refused");
  return {};
}

bool has_line(const std::string& text, const std::string& title, const std::string& end) {
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(title) && line.ends_with(end)) return true;
  return false;
}

}  // namespace

TEST_CASE("the report of an earlier run is the last line of its file") {
  const temporary_directory directory;
  const auto path = directory.file("before.json");
  std::ofstream{path} << "what --compare told\n" << earlier_line << "\n\n";
  CHECK(read_report(path).dump() == earlier_line);
}

TEST_CASE("a file that cannot be read, or holds no report, is refused") {
  const temporary_directory directory;
  CHECK(refusal_of(directory.file("absent.json")) == failure_kind::unreadable);
  const auto path = directory.file("other");
  for (const auto* text :
       {"", "speech", "{}", "[1]", R"({"latency":5})", R"({"latency":{"floor":{},"troupe":{}}})",
        R"({"latency":{"floor":{"p50_us":"x"},"troupe":{},"ratio":{}}})"}) {
    std::ofstream{path} << text;
    CAPTURE(text);
    CHECK(refusal_of(path) == failure_kind::bad_value);
  }
}

TEST_CASE("each figure is set beside the earlier one, with the change in percent") {
  const auto earlier = parse_report(earlier_line);
  auto now = earlier;
  now["latency"]["troupe"] = {{"p50_us", 45}, {"frames_lost", 3}, {"p99_us", 90}};
  now["latency"]["ratio"]["p50_us"] = 1.125;
  const auto text = compare(earlier, now);
  CHECK(has_line(text, "  floor p50_us", " 0.0 %"));
  CHECK(has_line(text, "  troupe p50_us", " 45    -10.0 %"));
  CHECK(has_line(text, "  troupe frames_lost", " -"));
  CHECK(has_line(text, "  troupe p99_us", " -"));
  CHECK(has_line(text, "  ratio p50_us", " -10.0 %"));
  CHECK(text.find("settings") == std::string::npos);
}

TEST_CASE("a comparison says what was not measured earlier, or with other settings") {
  const auto earlier = parse_report(earlier_line);
  auto now = earlier;
  now["latency"]["settings"]["rounds"] = 3;
  now["encode"] = now["latency"];
  const auto text = compare(earlier, now);
  CHECK(text.find(R"(other settings: {"rounds":5})") != std::string::npos);
  CHECK(text.find("encode: not measured in the earlier run") != std::string::npos);
}
