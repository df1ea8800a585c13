#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "protocol/clock.hpp"

namespace troupe::inspecting {

/// Reads the members of an object of an answer. One that is absent or null leaves its member as it
/// is; one of another type throws failure{unknown_format} that names it.
class json_members {
 public:
  /// `path` says where in the answer `object` is, which outlives this.
  json_members(const nlohmann::json& object, std::string path);

  void read(const char* name, bool& member) const;
  void read(const char* name, std::string& member) const;
  void read(const char* name, double& member) const;
  void read(const char* name, std::uint64_t& member) const;
  void read(const char* name, std::int64_t& member) const;
  void read_microseconds(const char* name, std::chrono::nanoseconds& member) const;
  void read_milliseconds(const char* name, std::chrono::nanoseconds& member) const;
  void read_seconds(const char* name, std::chrono::nanoseconds& member) const;
  void read_unix_seconds(const char* name, unix_time& member) const;
  void read_counts(const char* name, std::map<std::string, std::uint64_t>& member) const;
  /// Those of an object's members that are numbers.
  void read_numbers(const char* name, std::map<std::string, double>& member) const;

  /// The object of that name, if it is there.
  [[nodiscard]] std::optional<json_members> object(const char* name) const;

  /// Calls `take` with each object of the list of that name, if it is there.
  template <class Take>
  void each(const char* name, Take take) const {
    const auto* list = list_of(name);
    if (list == nullptr) return;
    for (std::size_t i = 0; i < list->size(); ++i)
      take(json_members{(*list)[i], path_of(name) + "[" + std::to_string(i) + "]"});
  }

 private:
  [[nodiscard]] const nlohmann::json* find(const char* name) const;
  [[nodiscard]] const nlohmann::json* list_of(const char* name) const;
  [[nodiscard]] std::string path_of(const char* name) const;
  [[nodiscard]] std::chrono::nanoseconds time_in(const char* name, const nlohmann::json& value,
                                                 double nanoseconds_per_unit) const;
  void read_time(const char* name, double nanoseconds_per_unit,
                 std::chrono::nanoseconds& member) const;

  const nlohmann::json* object_;
  std::string path_;
};

/// `answer` itself, once it is seen to be an object of the version that this program knows. Throws
/// failure{unknown_format}.
[[nodiscard]] json_members members_of(const nlohmann::json& answer);

}  // namespace troupe::inspecting
