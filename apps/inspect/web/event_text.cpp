#include "apps/inspect/web/event_text.hpp"

#include <nlohmann/json.hpp>

#include "apps/common/json_line.hpp"

namespace troupe::inspecting::web {

std::string event_text(std::string_view type, const nlohmann::json& data) {
  std::string text{"event: "};
  return text.append(type).append("\ndata: ").append(json_line(data)).append("\n\n");
}

}  // namespace troupe::inspecting::web
