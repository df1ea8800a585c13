#include "actors/probe/journal.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

namespace troupe::probe {
namespace {

spdlog::level::level_enum level_in_log(event_level level) {
  switch (level) {
    case event_level::info:
      return spdlog::level::info;
    case event_level::warning:
      return spdlog::level::warn;
    case event_level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

std::string_view to_string(event_kind kind) {
  switch (kind) {
    case event_kind::node:
      return "node";
    case event_kind::actor:
      return "actor";
    case event_kind::adaptation:
      return "adaptation";
    case event_kind::client:
      return "client";
    case event_kind::link:
      return "link";
    case event_kind::latency:
      return "latency";
    case event_kind::action:
      return "action";
  }
  return "";
}

std::string_view to_string(event_level level) {
  switch (level) {
    case event_level::info:
      return "info";
    case event_level::warning:
      return "warning";
    case event_level::error:
      return "error";
  }
  return "";
}

journal& journal::shared() {
  static journal one;
  return one;
}

void journal::add(event_kind kind, event_level level, std::string_view subject,
                  std::string_view text) {
  const std::lock_guard lock{mutex_};
  events_.push_back({.number = ++last_,
                     .when = unix_now(),
                     .kind = kind,
                     .level = level,
                     .subject = std::string{subject},
                     .text = std::string{text}});
  if (events_.size() > limit) events_.pop_front();
}

std::vector<event> journal::after(std::uint64_t number) const {
  const std::lock_guard lock{mutex_};
  const auto first =
      std::upper_bound(events_.begin(), events_.end(), number,
                       [](auto wanted, const auto& each) { return wanted < each.number; });
  return {first, events_.end()};
}

std::uint64_t journal::last() const {
  const std::lock_guard lock{mutex_};
  return last_;
}

void tell(event_kind kind, event_level level, std::string_view subject, std::string_view text) {
  journal::shared().add(kind, level, subject, text);
  spdlog::log(level_in_log(level), "{}", text);
}

}  // namespace troupe::probe
