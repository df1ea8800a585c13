#include "apps/inspect/report/text_table.hpp"

#include <algorithm>
#include <cstddef>

#include "apps/inspect/text/text_width.hpp"

namespace troupe::inspecting {
namespace {

constexpr std::string_view between_columns = "  ";

std::size_t cells_of(const std::string& text) { return static_cast<std::size_t>(width_of(text)); }

std::string padded(const std::string& text, std::size_t width, bool to_right) {
  const std::string space(width - cells_of(text), ' ');
  return to_right ? space + text : text + space;
}

}  // namespace

text_table::text_table(std::vector<std::string> titles) {
  for (auto& title : titles) {
    is_right_.push_back(title.starts_with('>'));
    if (is_right_.back()) title.erase(0, 1);
  }
  rows_.push_back(std::move(titles));
}

std::string text_table::text(std::string_view indent) const {
  if (rows_.size() == 1) return {};
  std::vector<std::size_t> widths(is_right_.size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < widths.size(); ++i)
      widths[i] = std::max(widths[i], cells_of(row[i]));
  std::string result;
  for (const auto& row : rows_) {
    std::string line{indent};
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (i > 0) line += between_columns;
      line += padded(row[i], widths[i], is_right_[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    result += line + '\n';
  }
  return result;
}

}  // namespace troupe::inspecting
