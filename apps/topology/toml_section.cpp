#include "apps/topology/toml_section.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "apps/common/duration_option.hpp"
#include "protocol/failure.hpp"

namespace troupe::topology {
namespace {

using std::chrono::nanoseconds;

constexpr std::array no_time{"0", "0s", "0ms", "0us"};

/// A duration, for which none at all is good as well.
nanoseconds parse_time(const std::string& text) {
  const auto is_none = std::find(no_time.begin(), no_time.end(), text) != no_time.end();
  return is_none ? nanoseconds{0} : parse_duration(text);
}

}  // namespace

toml_section::toml_section(const std::string& path, std::string name, const toml::value& table)
    : path_(path), name_(std::move(name)), table_(&table) {
  if (!table.is_table()) refuse("is a table, and here it is something else");
}

std::optional<std::string> toml_section::text(const std::string& key) {
  const auto* value = ask_for(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) refuse(key, "is a text; put it in quotes");
  return value->as_string().str;
}

std::string toml_section::required_text(const std::string& key) {
  auto given = text(key);
  if (!given) refuse(fmt::format("has no {0}; add {0} = \"...\"", key));
  return *std::move(given);
}

std::vector<std::string> toml_section::texts(const std::string& key) {
  const auto* value = ask_for(key);
  if (value == nullptr) return {};
  const auto is_text = [](const toml::value& each) { return each.is_string(); };
  if (!value->is_array() ||
      !std::all_of(value->as_array().begin(), value->as_array().end(), is_text))
    refuse(key, fmt::format("is a list of texts; write {} = [\"...\", \"...\"]", key));
  std::vector<std::string> result;
  for (const auto& each : value->as_array()) result.push_back(each.as_string().str);
  return result;
}

std::optional<std::uint64_t> toml_section::whole_number(const std::string& key) {
  const auto* value = ask_for(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_integer() || value->as_integer() < 0)
    refuse(key, "is a whole number of 0 or more; write it without quotes");
  return static_cast<std::uint64_t>(value->as_integer());
}

std::optional<double> toml_section::number(const std::string& key) {
  const auto* value = ask_for(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_integer()) return static_cast<double>(value->as_integer());
  if (!value->is_floating()) refuse(key, "is a number; write it without quotes");
  return value->as_floating();
}

std::optional<bool> toml_section::truth(const std::string& key) {
  const auto* value = ask_for(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) refuse(key, "is true or false, without quotes");
  return value->as_boolean();
}

std::optional<std::chrono::milliseconds> toml_section::milliseconds(const std::string& key) {
  const auto given = duration(key, std::chrono::milliseconds{1}, "millisecond");
  if (!given) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(*given);
}

std::optional<std::chrono::microseconds> toml_section::microseconds(const std::string& key) {
  const auto given = duration(key, std::chrono::microseconds{1}, "microsecond");
  if (!given) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::microseconds>(*given);
}

std::optional<nanoseconds> toml_section::duration(const std::string& key, nanoseconds unit,
                                                  const std::string& unit_name) {
  const auto* value = ask_for(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string())
    refuse(key, "is a time; write it as a text with its unit, such as \"20s\" or \"500ms\"");
  const auto& text = value->as_string().str;
  nanoseconds time{0};
  try {
    time = parse_time(text);
  } catch (const failure& trouble) {
    refuse(key, trouble.what());
  }
  if (time % unit != nanoseconds{0})
    refuse(key, fmt::format("is finer than a {}: \"{}\"; round it", unit_name, text));
  return time;
}

std::optional<toml_section> toml_section::section(const std::string& key) {
  const auto* value = ask_for(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_table()) refuse(key, "is a table; write what is in it between { and }");
  return toml_section{path_, name_.empty() ? "[" + key + "]" : name_ + " " + key, *value};
}

std::vector<toml_section> toml_section::sections(const std::string& key) {
  const auto* value = ask_for(key);
  if (value == nullptr) return {};
  const auto name = "[[" + key + "]]";
  if (!value->is_array()) refuse(key, "comes any number of times; write it as " + name);
  std::vector<toml_section> result;
  for (const auto& each : value->as_array()) {
    if (!each.is_table()) refuse(key, "is a list of tables; write each as " + name);
    result.emplace_back(path_, name, each);
  }
  return result;
}

bool toml_section::says_any(const std::string& key) const {
  const auto& entries = table_->as_table();
  const auto found = entries.find(key);
  return found != entries.end() && found->second.is_string() &&
         found->second.as_string().str == "any";
}

void toml_section::finish() const {
  const toml::value* first = nullptr;
  std::string name;
  for (const auto& [key, value] : table_->as_table()) {
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    if (first != nullptr && first->location().line() <= value.location().line()) continue;
    first = &value;
    name = key;
  }
  if (first != nullptr)
    refuse_at(*first, fmt::format("{} has no key \"{}\"; it takes {}", title(), name,
                                  fmt::join(asked_, ", ")));
}

void toml_section::refuse(const std::string& why) const {
  refuse_at(*table_, fmt::format("{} {}", title(), why));
}

void toml_section::refuse(const std::string& key, const std::string& why) const {
  refuse_at(table_->as_table().at(key), fmt::format("{}: {} {}", title(), key, why));
}

std::string toml_section::title() const { return name_.empty() ? "the file" : name_; }

const toml::value* toml_section::ask_for(const std::string& key) {
  if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.push_back(key);
  const auto& entries = table_->as_table();
  const auto found = entries.find(key);
  return found == entries.end() ? nullptr : &found->second;
}

void toml_section::refuse_at(const toml::value& place, const std::string& why) const {
  throw failure{failure_kind::bad_config, fmt::format("the topology \"{}\", line {}: {}", path_,
                                                      place.location().line(), why)};
}

}  // namespace troupe::topology
