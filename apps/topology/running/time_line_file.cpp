#include "apps/topology/running/time_line_file.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace troupe::topology {
namespace {

struct told_part {
  heard_span part;
  bool continues = false;
};

std::optional<told_part> read_line(const std::string& line) try {
  const auto json = nlohmann::json::parse(line);
  return told_part{.part = {.from = run_time{json.at("from_us").get<std::int64_t>()},
                            .to = run_time{json.at("to_us").get<std::int64_t>()},
                            .frames = json.at("frames").get<std::uint64_t>(),
                            .missing_before = json.at("missing_before").get<std::uint64_t>()},
                   .continues = json.at("continues").get<bool>()};
} catch (const nlohmann::json::exception&) {
  return std::nullopt;
}

/// Whatever was missing before the run is not for its account.
void cut_at_begin(heard_span& span) {
  if (span.from >= run_time{0}) return;
  span.from = run_time{0};
  span.missing_before = 0;
}

}  // namespace

std::vector<heard_span> read_time_line(std::istream& lines, unix_time begin) {
  const auto begin_us = std::chrono::duration_cast<run_time>(begin.time_since_epoch());
  std::vector<heard_span> spans;
  for (std::string line; std::getline(lines, line);) {
    auto told = read_line(line);
    if (!told || told->part.to < begin_us) continue;
    told->part.from -= begin_us;
    told->part.to -= begin_us;
    cut_at_begin(told->part);
    if (told->continues && !spans.empty()) {
      spans.back().to = std::max(spans.back().to, told->part.to);
      spans.back().frames += told->part.frames;
    } else {
      spans.push_back(told->part);
    }
  }
  return spans;
}

std::vector<heard_span> read_time_line(const std::filesystem::path& path, unix_time begin) {
  std::ifstream file{path};
  return read_time_line(file, begin);
}

}  // namespace troupe::topology
