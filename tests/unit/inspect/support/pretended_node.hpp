#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace troupe::inspecting::test {

/// The snapshot that protocol/inspection.md shows.
[[nodiscard]] nlohmann::json document_of_contract();

/// Answers as a node does. By its own clock a second passes with each snapshot that it is asked
/// for, in which it makes 50 frames. Its answers may be called for by any thread.
class pretended_node {
 public:
  explicit pretended_node(std::string name);

  /// For a fake_node.
  [[nodiscard]] std::optional<std::string> answer(const nlohmann::json& question);

  void happens(const std::string& text);
  /// With another process number, and all counts from 0.
  void starts_anew();
  /// Time stands still: it answers with the same snapshot until it goes on.
  void stand_still(bool still);
  /// It is a relay of the node at that address, HOST:PORT.
  void hears(const std::string& address);

 private:
  nlohmann::json snapshot();
  [[nodiscard]] nlohmann::json events_after(std::uint64_t number) const;

  mutable std::mutex mutex_;
  std::string name_;
  std::int64_t pid_ = 4711;
  std::uint64_t seconds_ = 0;
  bool stands_still_ = false;
  std::string upstream_;
  std::vector<nlohmann::json> events_;
};

}  // namespace troupe::inspecting::test
