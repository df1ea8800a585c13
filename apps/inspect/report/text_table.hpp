#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace troupe::inspecting {

/// Lines of text in columns as wide as what stands in them. A column whose title begins with ">" is
/// set to the right.
class text_table {
 public:
  explicit text_table(std::vector<std::string> titles);

  /// As many cells as there are titles.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  /// Each line begins with `indent`. Empty where no row was added.
  [[nodiscard]] std::string text(std::string_view indent) const;

 private:
  std::vector<bool> is_right_;
  std::vector<std::vector<std::string>> rows_;  ///< the titles first
};

}  // namespace troupe::inspecting
