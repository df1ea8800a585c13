#include "apps/topology/timeline_picture.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "apps/topology/fault_text.hpp"
#include "apps/topology/time_text.hpp"
#include "apps/topology/timeline_rows.hpp"

namespace troupe::topology {
namespace {

// All in pixels.
constexpr double width = 1000;
constexpr double left = 170;  ///< of the plot; before it are names
constexpr double right = 980;
constexpr double numbers_top = 52;
constexpr double lane_height = 13;
constexpr std::size_t lanes = 3;  ///< of the faults' numbers, so that neighbours keep apart
constexpr double plot_top = numbers_top + lane_height * static_cast<double>(lanes);
constexpr double row_height = 18;
constexpr double bar_height = 11;
constexpr double axis_height = 40;
constexpr double legend_row_height = 17;
constexpr std::size_t legend_columns = 3;

constexpr std::size_t most_rows = 40;

/// A picture that is shown as it is follows the reader's choice of light or dark; it brings its
/// own background for where it is not known.
constexpr std::string_view style = R"(<style>
.paper{fill:#fff}.ink{fill:#222}.faint{fill:#666}.grid{stroke:#ddd}.heard{fill:#0b62a4}
.node{fill:#c2410c;stroke:#c2410c}.link{fill:#7c3aed;stroke:#7c3aed}.number{stroke:none}
@media (prefers-color-scheme:dark){.paper{fill:#161b22}.ink{fill:#e6edf3}.faint{fill:#9aa4af}
.grid{stroke:#343b44}.heard{fill:#58a6ff}.node{fill:#ff9b5e;stroke:#ff9b5e}
.link{fill:#c4a5ff;stroke:#c4a5ff}.number{stroke:none}}
</style>
)";

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&') {
      result += "&amp;";
    } else if (c == '<') {
      result += "&lt;";
    } else if (c == '>') {
      result += "&gt;";
    } else {
      result += c;
    }
  }
  return result;
}

std::string text_at(double x, double y, std::string_view kind, std::string_view anchor,
                    std::string_view content, int size = 12) {
  return fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\" text-anchor=\"{}\" "
      "font-size=\"{}\">{}</text>\n",
      x, y, kind, anchor, size, escaped(content));
}

/// A round number of seconds that makes ten marks or so.
double mark_distance(double seconds) {
  const auto power = std::pow(10, std::floor(std::log10(std::max(seconds / 10, 0.1))));
  for (const double factor : {1, 2, 5})
    if (power * factor * 10 >= seconds) return power * factor;
  return power * 10;
}

class picture {
 public:
  explicit picture(const judged_run& run)
      : run_(run),
        rows_(timeline_rows(run, most_rows)),
        seconds_(std::max(in_seconds(run.seen.duration), 1e-3)),
        plot_bottom_(plot_top + row_height * static_cast<double>(std::max(rows_.size(), 1UL))) {}

  [[nodiscard]] std::string draw() const {
    const auto legend_rows = (run_.seen.faults.size() + legend_columns - 1) / legend_columns;
    const auto height =
        plot_bottom_ + axis_height + legend_row_height * static_cast<double>(legend_rows) + 12;
    auto text = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" "
        "width=\"{0:.0f}\" height=\"{1:.0f}\" font-family=\"sans-serif\">\n",
        width, height);
    text += style;
    text += "<rect width=\"100%\" height=\"100%\" class=\"paper\"/>\n";
    return text + title() + axis() + rows() + faults() + legend() + "</svg>\n";
  }

 private:
  [[nodiscard]] double x_of(run_time time) const {
    return left + (right - left) * std::clamp(in_seconds(time) / seconds_, 0.0, 1.0);
  }

  [[nodiscard]] std::string title() const {
    const auto verdict =
        run_.passed() ? "all as expected" : fmt::format("{} not as expected", run_.broken.size());
    return text_at(20, 26, "ink", "start", run_.planned.name, 16) +
           text_at(
               20, 44, "faint", "start",
               fmt::format("when each listener heard sound; seed {}; {}", run_.seen.seed, verdict));
  }

  [[nodiscard]] std::string axis() const {
    std::string text;
    const auto distance = mark_distance(seconds_);
    for (int i = 0; i * distance <= seconds_ * (1 + 1e-9); ++i) {
      const auto x = left + (right - left) * i * distance / seconds_;
      text += fmt::format(
          "<line x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\" class=\"grid\"/>\n", x,
          plot_top, plot_bottom_);
      text += text_at(x, plot_bottom_ + 16, "faint", "middle", fmt::format("{:g} s", i * distance));
    }
    return text;
  }

  [[nodiscard]] std::string rows() const {
    std::string text;
    auto top = plot_top + (row_height - bar_height) / 2;
    for (const auto& row : rows_) {
      text += text_at(left - 10, top + bar_height - 1, "ink", "end", row.label);
      for (const auto& span : row.spans) {
        const auto from = x_of(span.from);
        text += fmt::format(
            "<rect x=\"{:.2f}\" y=\"{:.1f}\" width=\"{:.2f}\" height=\"{:.0f}\" "
            "class=\"heard\"{}/>\n",
            from, top, std::max(x_of(span.to) - from, 0.3), bar_height,
            span.share < 1 ? fmt::format(" opacity=\"{:.2f}\"", span.share * 0.7) : "");
      }
      top += row_height;
    }
    return text;
  }

  static std::string_view class_of(const done_fault& fault) {
    return is_of_link(fault.planned.kind) ? "link" : "node";
  }

  [[nodiscard]] std::string faults() const {
    std::string text;
    for (std::size_t i = 0; i < run_.seen.faults.size(); ++i) {
      const auto& fault = run_.seen.faults[i];
      if (!fault.error.empty()) continue;
      text += marks_of(fault, numbers_top + lane_height * static_cast<double>(i % lanes));
      text +=
          text_at(x_of(fault.begun),
                  numbers_top + lane_height * static_cast<double>(i % lanes) + lane_height - 3,
                  fmt::format("{} number", class_of(fault)), "middle", std::to_string(i + 1), 11);
    }
    return text;
  }

  /// A line where it begins, from below its number, and a band while it lasts.
  [[nodiscard]] std::string marks_of(const done_fault& fault, double lane_top) const {
    const auto from = x_of(fault.begun);
    const auto to = x_of(fault.ended.value_or(run_.seen.duration));
    auto text = fmt::format(
        "<line x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\" class=\"{3}\" "
        "stroke-width=\"1.2\" stroke-dasharray=\"3 2\"/>\n",
        from, lane_top + lane_height, plot_bottom_, class_of(fault));
    if (is_momentary(fault.planned.kind) && !fault.ended) return text;
    text += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" class=\"{}\" "
        "opacity=\"0.18\" stroke=\"none\"/>\n",
        from, plot_top, std::max(to - from, 0.0), plot_bottom_ - plot_top, class_of(fault));
    return text;
  }

  [[nodiscard]] std::string legend() const {
    std::string text;
    constexpr double column_width = (width - 40) / static_cast<double>(legend_columns);
    for (std::size_t i = 0; i < run_.seen.faults.size(); ++i) {
      const auto& fault = run_.seen.faults[i];
      const auto x = 20 + column_width * static_cast<double>(i % legend_columns);
      const auto row = i / legend_columns;
      const auto y = plot_bottom_ + axis_height + 4 + legend_row_height * static_cast<double>(row);
      text +=
          text_at(x, y, fmt::format("{} number", class_of(fault)), "start", std::to_string(i + 1));
      text += text_at(x + 26, y, "ink", "start",
                      fmt::format("{}, {}{}", text_of(fault.planned), readable_text(fault.begun),
                                  fault.error.empty() ? "" : " (not done)"));
    }
    return text;
  }

  const judged_run& run_;
  std::vector<timeline_row> rows_;
  double seconds_;
  double plot_bottom_;
};

}  // namespace

std::string to_picture(const judged_run& run) { return picture{run}.draw(); }

}  // namespace troupe::topology
