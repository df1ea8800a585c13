#include "apps/common/json_line.hpp"

#include <nlohmann/json.hpp>

namespace troupe {
namespace {

template <class Json>
std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string json_line(const nlohmann::json& value) { return dump(value); }

std::string json_line(const nlohmann::ordered_json& value) { return dump(value); }

}  // namespace troupe
