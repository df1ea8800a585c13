#include "apps/inspect/report/node_line.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "apps/inspect/model/findings.hpp"
#include "apps/inspect/report/event_line.hpp"
#include "apps/inspect/text/printable.hpp"
#include "apps/inspect/text/short_numbers.hpp"

namespace troupe::inspecting {
namespace {

std::string rates_text(const snapshot& now, const changes* lately) {
  if (lately == nullptr) return fmt::format("{} frames so far", now.frames.produced);
  return fmt::format(
      "{} frames/s, delivered {}/s, dropped {}/s", short_rate(lately->produced_per_second),
      short_rate(lately->delivered_per_second), short_rate(lately->dropped_per_second));
}

std::string latency_text(const snapshot& now) {
  const auto total = std::ranges::find(now.stages, "total", &stage_facts::stage);
  if (total == now.stages.end() || total->last_second.count == 0) return {};
  return fmt::format(", latency {} (p99 {})", short_time(total->last_second.p50),
                     short_time(total->last_second.p99));
}

std::string cost_text(const snapshot& now, const changes* lately) {
  constexpr double kibibyte = 1024;
  const auto memory = short_bytes(static_cast<double>(now.node.resident_kib) * kibibyte);
  if (lately == nullptr) return ", " + memory;
  return fmt::format(", CPU {:.1f} %, {}", lately->cpu_share * 100, memory);
}

/// The worst that stands out, and how much else does.
std::string findings_text(const snapshot& now, const changes* lately) {
  const auto found = findings_in(now, lately);
  if (found.empty()) return {};
  const auto more =
      found.size() > 1 ? fmt::format(" (and {} more)", found.size() - 1) : std::string{};
  return fmt::format("; {}{}", printable(found.front().text), more);
}

}  // namespace

std::string node_line(const node_view& view, const std::string& called) {
  const auto name = printable(called);
  if (view.state == presence::away)
    return fmt::format("{}: away since {}, because {}", name, wall_time(view.since),
                       printable(view.trouble ? view.trouble->what() : "it is lost"));
  if (!view.latest) return name + ": has not answered yet";
  const auto& now = view.latest->parsed;
  const auto* lately = view.between ? &*view.between : nullptr;
  return fmt::format("{}: {}; clients {}{}{}{}", name, rates_text(now, lately),
                     now.frames.clients_connected, latency_text(now), cost_text(now, lately),
                     findings_text(now, lately));
}

}  // namespace troupe::inspecting
