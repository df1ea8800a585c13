#include "apps/inspect/terminal/head.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "apps/inspect/terminal/glyphs.hpp"
#include "apps/inspect/text/printable.hpp"
#include "apps/inspect/text/short_numbers.hpp"
#include "apps/inspect/text/text_width.hpp"

namespace troupe::inspecting::terminal {
namespace {

constexpr int title_rows = 1;
constexpr int tab_rows = 1;
constexpr int least_figure_width = 26;

/// How the head shares its lines out, for a screen of some size.
struct head_shape {
  int figure_rows;
  int finding_rows;

  explicit head_shape(screen_size size)
      : figure_rows(size.rows < 20 ? 2 : 3), finding_rows(size.rows < 32 ? 1 : 3) {}
};

struct figure {
  std::string_view label;
  styled_line value;
};

styled_line value_of(std::string text, std::string rest = {}) {
  return {{std::move(text), style::strong}, {std::move(rest), style::label}};
}

styled_line latency_figure(const snapshot& now) {
  const auto total = std::ranges::find(now.stages, "total", &stage_facts::stage);
  if (total == now.stages.end() || total->last_second.count == 0) return value_of("–");
  return value_of(short_time(total->last_second.p50),
                  ", p99 " + short_time(total->last_second.p99));
}

styled_line dropped_figure(const snapshot& now, const changes* lately) {
  const double rate = lately ? lately->dropped_per_second : 0;
  const auto all = short_count(static_cast<double>(total(now.frames.dropped)));
  return {{short_rate(rate) + "/s", rate > 0 ? style::warning : style::strong},
          {", " + all + " in all", style::label}};
}

styled_line clients_figure(const snapshot& now) {
  const auto linked = std::ranges::count_if(
      now.clients, [](const client_facts& each) { return !each.address.empty(); });
  return value_of(short_count(static_cast<double>(now.clients.size())),
                  linked > 0 ? fmt::format(", {} by link", linked) : std::string{});
}

styled_line processor_figure(const changes* lately) {
  const double share = lately ? lately->cpu_share : 0;
  return {{short_rate(share * 100) + " % ",
           share > greatest_usual_busy_share ? style::warning : style::strong},
          {share_bar(share, 6), style::bar}};
}

styled_line level_figure(const stream_facts& stream) {
  const auto look = stream.level > 0 ? style::warning : style::strong;
  if (stream.mode == "off") return value_of("off");
  return {{fmt::format("{} of 8", stream.level), look},
          {stream.is_paused         ? ", paused"
           : stream.mode == "watch" ? ", watching"
                                    : "",
           style::label}};
}

styled_line link_figure(const snapshot& now, const changes* lately) {
  if (!now.upstream) return value_of("none");
  const double rate = lately && lately->upstream ? lately->upstream->received_per_second : 0;
  return value_of(
      short_rate(rate) + "/s",
      ", " + short_count(static_cast<double>(now.upstream->frames_missing)) + " missing");
}

styled_line codec_figure(const stream_facts& stream) {
  return value_of(fmt::format("{} kbit/s", stream.set.bitrate_bps / 1000),
                  fmt::format(", {:.0f} ms", to_milliseconds(stream.set.frame_duration)));
}

/// The most important first.
std::vector<figure> figures_of(const snapshot& now, const changes* lately) {
  const auto kibibytes = static_cast<double>(now.node.resident_kib);
  return {
      {"Latency", latency_figure(now)},
      {"Frames", value_of(short_rate(lately ? lately->produced_per_second : 0) + "/s")},
      {"Dropped", dropped_figure(now, lately)},
      {"Clients", clients_figure(now)},
      {"CPU", processor_figure(lately)},
      {"Memory",
       value_of(short_bytes(kibibytes * 1024), fmt::format(", {} threads", now.node.threads))},
      {"Level", level_figure(now.stream)},
      {"Link", link_figure(now, lately)},
      {"Codec", codec_figure(now.stream)},
      {"Log", value_of(printable(now.node.log_level))},
      {"Pid", value_of(std::to_string(now.node.pid), " on " + printable(now.node.host))},
  };
}

void draw_figures(screen& target, int row, int rows, const shown_node& node) {
  if (node.now() == nullptr) return;
  constexpr int label_width = 8;
  const int across = std::max(1, target.size().columns / least_figure_width);
  const int width = target.size().columns / across;
  // The first has what cannot be shared out, less the margin.
  const int first_width = target.size().columns - width * (across - 1) - 1;
  auto figures = figures_of(*node.now(), node.lately());
  figures.resize(std::min(figures.size(), static_cast<std::size_t>(across * rows)));
  for (std::size_t index = 0; index < figures.size(); ++index) {
    const int line = row + static_cast<int>(index) / across;
    const int place = static_cast<int>(index) % across;
    const int column = place == 0 ? 1 : 1 + first_width + (place - 1) * width;
    target.put(line, column, figures[index].label, style::label);
    target.put(line, column + label_width, figures[index].value,
               (place == 0 ? first_width : width) - label_width - 1);
  }
}

/// "up 3h12m", or how it is with a node that does not answer.
styled_line condition(const shown_node& node) {
  if (node.view->state == presence::away) return line_of(" away ", style::alarm_on_bar);
  if (node.now() == nullptr) return line_of("asking… ", style::title);
  const auto& facts = node.now()->node;
  return {{facts.is_healthy ? "healthy" : "not well",
           facts.is_healthy ? style::title : style::alarm_on_bar},
          {", up " + short_time(facts.uptime) + " ", style::title}};
}

void draw_title(screen& target, const scene& shown, const view_state& state) {
  const auto& node = shown.nodes[state.node];
  target.paint(0, style::title);
  styled_line right;
  if (state.is_paused) right.push_back({" paused ", style::warning_on_bar});
  if (shown.nodes.size() > 1)
    right.push_back(
        {fmt::format(" node {} of {},", state.node + 1, shown.nodes.size()), style::title});
  right.push_back({" ", style::title});
  for (auto& piece : condition(node)) right.push_back(std::move(piece));
  const int end = target.put_right(0, target.size().columns, right);
  styled_line left{{" " + printable(node.view->name()), style::title}};
  if (const auto* now = node.now()) {
    if (now->node.host != now->node.name)
      left.push_back({" on " + printable(now->node.host), style::title});
    left.push_back({"   " + printable(now->node.source), style::title});
  }
  target.put(0, 0, left, end);
}

std::string why_away(const shown_node& node, unix_time now) {
  auto text = "away since " + short_time(now - node.view->since) + ", trying again";
  if (node.view->trouble) text += ": " + printable(node.view->trouble->what());
  return text;
}

/// What stands out, each behind its sign; of a node that is there.
std::vector<styled_text> finding_lines(const shown_node& node) {
  if (node.now() == nullptr) return {{"  waiting for its first answer", style::label}};
  if (node.findings.empty()) return {{"✓ nothing stands out", style::good}};
  std::vector<styled_text> lines;
  for (const auto& each : node.findings) {
    const bool hurts = each.how_bad == severity::alarm;
    lines.push_back(
        {(hurts ? "! " : "~ ") + printable(each.text), hurts ? style::alarm : style::warning});
  }
  return lines;
}

void draw_findings(screen& target, int row, int rows, const scene& shown, const shown_node& node) {
  const int width = target.size().columns;
  if (node.view->state == presence::away) {
    target.put(row, 0, line_of("! " + why_away(node, shown.now), style::alarm), width);
    return;
  }
  const auto lines = finding_lines(node);
  const int count = static_cast<int>(lines.size());
  for (int line = 0; line < std::min(rows, count); ++line) {
    int end = width;
    if (line == rows - 1 && count > rows)
      end = target.put_right(row + line, width,
                             line_of(fmt::format(" and {} more", count - rows), style::label));
    target.put(row + line, 0, {lines[static_cast<std::size_t>(line)]}, end);
  }
}

void draw_tabs(screen& target, int row, const view_state& state) {
  constexpr std::array<std::string_view, page_count> names{"Actors", "Tree",  "Latency", "Clients",
                                                           "Links",  "Flows", "Events"};
  const std::string_view gap = target.size().columns < 72 ? "" : " ";
  int column = 0;
  for (std::size_t index = 0; index < page_count; ++index) {
    const bool is_shown = static_cast<std::size_t>(state.shown) == index;
    column = target.put(row, column, fmt::format("{0}{1}{0}{2} ", gap, index + 1, names[index]),
                        is_shown ? style::shown_tab : style::tab);
  }
}

}  // namespace

int head_height(screen_size size) {
  const head_shape shape{size};
  return title_rows + shape.figure_rows + shape.finding_rows + tab_rows;
}

void draw_head(screen& target, const scene& shown, const view_state& state) {
  const head_shape shape{target.size()};
  const auto& node = shown.nodes[state.node];
  draw_title(target, shown, state);
  draw_figures(target, title_rows, shape.figure_rows, node);
  // What is known of a node that is away is old.
  if (node.view->state == presence::away)
    for (int row = 0; row < shape.figure_rows; ++row) target.fade(title_rows + row);
  draw_findings(target, title_rows + shape.figure_rows, shape.finding_rows, shown, node);
  draw_tabs(target, title_rows + shape.figure_rows + shape.finding_rows, state);
}

}  // namespace troupe::inspecting::terminal
