#include "actors/network/refusal_log.hpp"

#include <chrono>

#include <fmt/format.h>
#include <spdlog/fmt/fmt.h>

#include "actors/probe/journal.hpp"

namespace troupe::network {
namespace {

constexpr std::size_t most_entries = 32;
constexpr std::chrono::minutes interval{1};

}  // namespace

refusal_log& refusal_log::shared() {
  static refusal_log the_one;
  return the_one;
}

std::optional<std::string> refusal_log::note(const std::string& who, const std::string& reason,
                                             steady_time now) {
  const std::lock_guard lock{mutex_};
  const std::pair key{who, reason};
  if (const auto found = entries_.find(key);
      found != entries_.end() && now - found->second.logged < interval) {
    ++found->second.silent;
    return std::nullopt;
  }
  if (entries_.size() == most_entries && !entries_.contains(key))
    std::erase_if(entries_, [&](const auto& each) { return now - each.second.logged >= interval; });
  if (entries_.size() == most_entries && !entries_.contains(key)) {
    ++others_;
    return std::nullopt;
  }
  const auto last = std::exchange(entries_[key], {.logged = now});
  auto result = fmt::format("{} was refused: {}", who, reason);
  if (last.silent > 0) result += fmt::format(" ({} times more since this was logged)", last.silent);
  if (const auto others = std::exchange(others_, 0); others > 0)
    result += fmt::format("; so were {} others, which were not logged", others);
  return result;
}

void refusal_log::tell(const std::string& who, const std::string& reason) {
  if (const auto news = note(who, reason, std::chrono::steady_clock::now()))
    probe::tell(probe::event_kind::link, probe::event_level::warning, who, *news);
}

}  // namespace troupe::network
