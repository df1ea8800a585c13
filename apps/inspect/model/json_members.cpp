#include "apps/inspect/model/json_members.hpp"

#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "apps/inspect/text/printable.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting {
namespace {

using nlohmann::json;
using std::chrono::nanoseconds;

constexpr std::uint64_t known_version = 1;

/// More would not fit into nanoseconds.
constexpr double longest_time_ns = 9e18;

[[noreturn]] void refuse(const std::string& path, std::string_view expected, const json& value) {
  throw failure{failure_kind::unknown_format,
                fmt::format("the answer's \"{}\" is {} where {} belongs; is the node of another "
                            "version?",
                            printable(path), value.type_name(), expected)};
}

}  // namespace

json_members::json_members(const json& object, std::string path)
    : object_(&object), path_(std::move(path)) {
  if (!object.is_object()) refuse(path_, "an object", object);
}

const json* json_members::find(const char* name) const {
  const auto found = object_->find(name);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

const json* json_members::list_of(const char* name) const {
  const auto* value = find(name);
  if (value != nullptr && !value->is_array()) refuse(path_of(name), "a list", *value);
  return value;
}

std::string json_members::path_of(const char* name) const {
  return path_.empty() ? name : path_ + "." + name;
}

void json_members::read(const char* name, bool& member) const {
  const auto* value = find(name);
  if (value == nullptr) return;
  if (!value->is_boolean()) refuse(path_of(name), "true or false", *value);
  member = value->get<bool>();
}

void json_members::read(const char* name, std::string& member) const {
  const auto* value = find(name);
  if (value == nullptr) return;
  if (!value->is_string()) refuse(path_of(name), "a text", *value);
  member = value->get<std::string>();
}

void json_members::read(const char* name, double& member) const {
  const auto* value = find(name);
  if (value == nullptr) return;
  if (!value->is_number()) refuse(path_of(name), "a number", *value);
  member = value->get<double>();
}

void json_members::read(const char* name, std::uint64_t& member) const {
  const auto* value = find(name);
  if (value == nullptr) return;
  const bool is_count = value->is_number_unsigned() ||
                        (value->is_number_integer() && value->get<std::int64_t>() >= 0);
  if (!is_count) refuse(path_of(name), "a count", *value);
  member = value->get<std::uint64_t>();
}

void json_members::read(const char* name, std::int64_t& member) const {
  const auto* value = find(name);
  if (value == nullptr) return;
  if (!value->is_number_integer()) refuse(path_of(name), "a whole number", *value);
  member = value->get<std::int64_t>();
}

nanoseconds json_members::time_in(const char* name, const json& value,
                                  double nanoseconds_per_unit) const {
  if (!value.is_number()) refuse(path_of(name), "a time", value);
  const double time = value.get<double>() * nanoseconds_per_unit;
  // Written so that a NaN fails.
  if (!(std::abs(time) <= longest_time_ns)) refuse(path_of(name), "a time that can be", value);
  return nanoseconds{std::llround(time)};
}

void json_members::read_time(const char* name, double nanoseconds_per_unit,
                             nanoseconds& member) const {
  const auto* value = find(name);
  if (value != nullptr) member = time_in(name, *value, nanoseconds_per_unit);
}

void json_members::read_microseconds(const char* name, nanoseconds& member) const {
  read_time(name, 1e3, member);
}

void json_members::read_milliseconds(const char* name, nanoseconds& member) const {
  read_time(name, 1e6, member);
}

void json_members::read_seconds(const char* name, nanoseconds& member) const {
  read_time(name, 1e9, member);
}

void json_members::read_unix_seconds(const char* name, unix_time& member) const {
  auto since_1970 = member.time_since_epoch();
  read_seconds(name, since_1970);
  member = unix_time{since_1970};
}

void json_members::read_counts(const char* name,
                               std::map<std::string, std::uint64_t>& member) const {
  const auto found = object(name);
  if (!found) return;
  for (const auto& [key, value] : found->object_->items()) found->read(key.c_str(), member[key]);
}

void json_members::read_numbers(const char* name, std::map<std::string, double>& member) const {
  const auto found = object(name);
  if (!found) return;
  for (const auto& [key, value] : found->object_->items())
    if (value.is_number()) member[key] = value.get<double>();
}

std::optional<json_members> json_members::object(const char* name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  return json_members{*value, path_of(name)};
}

json_members members_of(const json& answer) {
  json_members members{answer, ""};
  std::uint64_t version = 0;
  members.read("version", version);
  if (version != known_version)
    throw failure{failure_kind::unknown_format,
                  fmt::format("the answer is of version {}, and only version {} is known here; use "
                              "the troupe-inspect that came with the node",
                              version, known_version)};
  return members;
}

}  // namespace troupe::inspecting
