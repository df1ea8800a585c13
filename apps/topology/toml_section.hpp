#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <toml.hpp>

namespace troupe::topology {

/// A table of a TOML file, of which each key is asked for once; `finish` then refuses what nobody
/// asked for. All throw failure{bad_config} with the file, the line and what to do.
class toml_section {
 public:
  /// `name` as users know it: "[[node]]"; empty for the file as a whole. The table has to outlive
  /// this.
  toml_section(const std::string& path, std::string name, const toml::value& table);

  [[nodiscard]] std::optional<std::string> text(const std::string& key);
  [[nodiscard]] std::string required_text(const std::string& key);
  [[nodiscard]] std::vector<std::string> texts(const std::string& key);
  [[nodiscard]] std::optional<std::uint64_t> whole_number(const std::string& key);
  [[nodiscard]] std::optional<double> number(const std::string& key);
  [[nodiscard]] std::optional<bool> truth(const std::string& key);

  /// A text such as "500ms"; nothing finer than the unit, which would be lost.
  [[nodiscard]] std::optional<std::chrono::milliseconds> milliseconds(const std::string& key);
  [[nodiscard]] std::optional<std::chrono::microseconds> microseconds(const std::string& key);

  [[nodiscard]] std::optional<toml_section> section(const std::string& key);
  [[nodiscard]] std::vector<toml_section> sections(const std::string& key);

  /// Whether the key says "any": that what is said elsewhere does not hold here.
  [[nodiscard]] bool says_any(const std::string& key) const;

  void finish() const;

  /// The table, or one of its keys, cannot be so: `why` follows its name in a sentence.
  [[noreturn]] void refuse(const std::string& why) const;
  [[noreturn]] void refuse(const std::string& key, const std::string& why) const;

 private:
  [[nodiscard]] std::string title() const;
  [[nodiscard]] const toml::value* ask_for(const std::string& key);
  [[nodiscard]] std::optional<std::chrono::nanoseconds> duration(const std::string& key,
                                                                 std::chrono::nanoseconds unit,
                                                                 const std::string& unit_name);
  [[noreturn]] void refuse_at(const toml::value& place, const std::string& why) const;

  std::string path_;
  std::string name_;
  const toml::value* table_;
  std::vector<std::string> asked_;
};

}  // namespace troupe::topology
