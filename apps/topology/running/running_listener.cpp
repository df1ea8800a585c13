#include "apps/topology/running/running_listener.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/topology/running/time_line_file.hpp"

namespace troupe::topology {
namespace {

using namespace std::chrono_literals;

constexpr auto patience_for_end = 5s;

child_settings with_time_line(child_settings settings, const std::filesystem::path& time_line) {
  settings.arguments.insert(settings.arguments.end(), {"--timeline", time_line.string()});
  return settings;
}

nlohmann::json account_in(const std::filesystem::path& path) {
  std::ifstream file{path};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  return nlohmann::json::parse(last_line_of(text), nullptr, false);
}

std::chrono::microseconds time_in(const nlohmann::json& account, const char* key) {
  return std::chrono::microseconds{static_cast<std::int64_t>(account.value(key, 0.0))};
}

}  // namespace

running_listener::running_listener(std::string name, std::size_t planned, child_settings settings)
    : name_(std::move(name)),
      planned_(planned),
      time_line_(std::filesystem::path{settings.log}.replace_extension(".timeline")),
      account_(settings.output),
      child_(with_time_line(std::move(settings), time_line_)) {}

bool running_listener::hears() const {
  std::error_code absent;
  const auto size = std::filesystem::file_size(time_line_, absent);
  return !absent && size > 0;
}

void running_listener::end_in_order() {
  ended_early_ = !child_.runs();
  child_.signal(SIGINT);
}

void running_listener::finish() { is_overdue_ = !child_.finish(patience_for_end); }

listener_outcome running_listener::outcome(unix_time begin) const {
  listener_outcome result;
  result.name = name_;
  result.planned = planned_;
  result.spans = read_time_line(time_line_, begin);
  for (const auto& span : result.spans) {
    result.frames += span.frames;
    result.missing_frames += span.missing_before;
  }
  const auto account = account_in(account_);
  if (account.is_object()) {
    result.reconnects = account.value("reconnects", std::uint64_t{0});
    if (account.value("frames", std::uint64_t{0}) > 0)
      result.latency = {.p50 = time_in(account, "latency_p50_us"),
                        .p99 = time_in(account, "latency_p99_us"),
                        .p999 = time_in(account, "latency_p999_us")};
  }
  if (is_overdue_) {
    result.error = "it did not end in order, and was killed";
  } else if (ended_early_ || !child_.trouble().empty()) {
    result.error =
        fmt::format("it ended {}{}; its log ends: {}", ended_early_ ? "before the run " : "",
                    child_.trouble(), last_words());
  }
  return result;
}

}  // namespace troupe::topology
