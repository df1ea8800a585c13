#include "apps/inspect/web/question_desk.hpp"

#include <nlohmann/json.hpp>

#include "protocol/failure.hpp"

namespace troupe::inspecting::web {

nlohmann::json question_desk::ask(const target& node, const nlohmann::json& question) {
  auto& its = line_to(node);
  const std::lock_guard lock{its.mutex};
  return its.channel->ask(question);
}

question_desk::line& question_desk::line_to(const target& node) {
  const std::lock_guard lock{mutex_};
  if (is_closed_) throw failure{failure_kind::no_node, "the inspector is ending"};
  auto& its = lines_[to_string(node)];
  if (!its.channel) its.channel = watches_.open_channel_to(node);
  return its;
}

void question_desk::close() {
  const std::lock_guard lock{mutex_};
  is_closed_ = true;
  for (auto& [name, its] : lines_)
    if (its.channel) its.channel->interrupt();
}

}  // namespace troupe::inspecting::web
