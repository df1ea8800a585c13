#include "tests/unit/inspect/support/pretended_node.hpp"

#include <fstream>
#include <sstream>
#include <utility>

namespace troupe::inspecting::test {
namespace {

using nlohmann::json;

}  // namespace

json document_of_contract() {
  std::ifstream file{TROUPE_INSPECTION_CONTRACT};
  std::stringstream text;
  text << file.rdbuf();
  const auto contract = text.str();
  const std::string_view fence = "```json\n";
  const auto begin = contract.find(fence) + fence.size();
  return json::parse(contract.substr(begin, contract.find("```", begin) - begin));
}

pretended_node::pretended_node(std::string name) : name_(std::move(name)) {}

std::optional<std::string> pretended_node::answer(const json& question) {
  const std::lock_guard lock{mutex_};
  const auto asked = question.value("ask", "");
  if (asked == "snapshot") return snapshot().dump();
  if (asked == "events") return events_after(question.value("after", 0U)).dump();
  return json{{"version", 1}, {"error", "that is not pretended"}}.dump();
}

void pretended_node::happens(const std::string& text) {
  const std::lock_guard lock{mutex_};
  events_.push_back({{"number", events_.size() + 1},
                     {"unix_time_s", 1000 + seconds_},
                     {"kind", "actor"},
                     {"level", "warning"},
                     {"subject", "source"},
                     {"text", text}});
}

void pretended_node::starts_anew() {
  const std::lock_guard lock{mutex_};
  ++pid_;
  seconds_ = 0;
  events_.clear();
}

void pretended_node::stand_still(bool still) {
  const std::lock_guard lock{mutex_};
  stands_still_ = still;
}

void pretended_node::hears(const std::string& address) {
  const std::lock_guard lock{mutex_};
  upstream_ = address;
}

json pretended_node::snapshot() {
  constexpr int frames_per_second = 50;
  if (!stands_still_) ++seconds_;
  auto document = document_of_contract();
  auto& node = document["node"];
  node["name"] = name_;
  node["pid"] = pid_;
  node["unix_started_s"] = pid_ * 10'000;
  node["unix_now_s"] = pid_ * 10'000 + seconds_;
  node["uptime_s"] = seconds_;
  node["last_event"] = events_.size();
  document["frames"]["produced"] = frames_per_second * seconds_;
  if (!upstream_.empty())
    document["upstream"] = {{"upstream", "upstream of " + name_}, {"address", upstream_}};
  return document;
}

json pretended_node::events_after(std::uint64_t number) const {
  auto list = json::array();
  for (const auto& each : events_)
    if (each["number"] > number) list.push_back(each);
  return {{"version", 1}, {"events", list}, {"last", events_.size()}};
}

}  // namespace troupe::inspecting::test
