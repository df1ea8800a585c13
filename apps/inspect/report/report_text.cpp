#include "apps/inspect/report/report_text.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apps/inspect/model/findings.hpp"
#include "apps/inspect/report/event_line.hpp"
#include "apps/inspect/report/text_table.hpp"
#include "apps/inspect/terminal/supervision_order.hpp"
#include "apps/inspect/text/printable.hpp"
#include "apps/inspect/text/short_numbers.hpp"

namespace troupe::inspecting {
namespace {

using std::chrono::nanoseconds;

constexpr std::string_view margin = "  ";
constexpr std::size_t most_clients = 50;
constexpr std::size_t most_connections = 20;
constexpr std::size_t most_events = 20;
constexpr double kibibyte = 1024;
/// What did not happen in the last second is told only if it ever took so long.
constexpr std::chrono::milliseconds worth_a_word{1};

using counts = std::map<std::string, std::uint64_t>;

std::string count_text(std::uint64_t count) { return short_count(static_cast<double>(count)); }

std::string percent_text(double share) { return fmt::format("{:.1f} %", share * 100); }

std::string time_or_dash(nanoseconds time) { return time.count() == 0 ? "-" : short_time(time); }

/// "12 (queue_full 10, client_gone 2)"
std::string causes_text(const counts& by_cause) {
  std::vector<std::string> parts;
  for (const auto& [cause, count] : by_cause)
    if (count > 0) parts.push_back(fmt::format("{} {}", printable(cause), count));
  if (parts.empty()) return "0";
  return fmt::format("{} ({})", total(by_cause), fmt::join(parts, ", "));
}

std::string titled(std::string_view title, const std::string& body) {
  return body.empty() ? std::string{} : fmt::format("\n{}\n{}", title, body);
}

std::string line_of(const std::string& text) { return fmt::format("{}{}\n", margin, text); }

std::string node_lines(const snapshot& now, const std::string& name) {
  const auto& node = now.node;
  auto text = fmt::format("{}: troupe-node {}, process {} on {}, up {}{}\n", printable(name),
                          printable(node.program_version), node.pid, printable(node.host),
                          short_time(node.uptime), node.is_healthy ? "" : "; NOT HEALTHY");
  text += line_of("source   " + printable(node.source));
  text += line_of("serves   " + printable(node.socket) +
                  (node.listen.empty() ? "" : ", and nodes at " + printable(node.listen)));
  return text;
}

std::string cost_line(const snapshot& now, const changes* lately) {
  const auto cpu = lately != nullptr ? percent_text(lately->cpu_share) + " of a core"
                                     : short_time(now.node.cpu) + " of CPU in all";
  return line_of(fmt::format("costs    {}, {}, {} threads", cpu,
                             short_bytes(static_cast<double>(now.node.resident_kib) * kibibyte),
                             now.node.threads));
}

std::string frames_line(const snapshot& now, const changes* lately) {
  const auto& frames = now.frames;
  const auto rates = lately == nullptr ? std::string{}
                                       : fmt::format("{} made and {} delivered a second; in all ",
                                                     short_rate(lately->produced_per_second),
                                                     short_rate(lately->delivered_per_second));
  return line_of(fmt::format("frames   {}{} made, {} delivered, dropped {}", rates, frames.produced,
                             frames.delivered, causes_text(frames.dropped)));
}

std::string stream_line(const stream_facts& stream) {
  if (stream.set.bitrate_bps == 0) return {};
  const auto& set = stream.set;
  return line_of(fmt::format(
      "stream   {} kbit/s, complexity {}, frames of {}, {}; adaptation {}{}, level {}",
      static_cast<double>(set.bitrate_bps) / 1000, set.complexity, short_time(set.frame_duration),
      set.fec ? fmt::format("error correction for {} %", set.expected_loss_percent)
              : "no error correction",
      printable(stream.mode), stream.is_paused ? " (paused)" : "", stream.level));
}

std::string findings_section(const snapshot& now, const changes* lately) {
  std::string body;
  for (const auto& each : findings_in(now, lately))
    body += fmt::format("{}{} {}\n", margin, each.how_bad == severity::alarm ? '!' : '*',
                        printable(each.text));
  return titled("What stands out", body.empty() ? line_of("nothing") : body);
}

std::size_t index_in(const std::vector<actor_facts>& actors, const actor_facts& actor) {
  return static_cast<std::size_t>(&actor - actors.data());
}

std::string state_text(const actor_facts& actor) {
  auto text = printable(actor.state);
  if (actor.in_hand)
    text += fmt::format(" ({} for {})", printable(actor.in_hand->message),
                        short_time(actor.in_hand->lasting));
  return text;
}

void add_handlers(const actor_facts& actor, const actor_changes* lately, const std::string& indent,
                  text_table& table) {
  for (std::size_t i = 0; i < actor.handlers.size(); ++i) {
    const auto& handler = actor.handlers[i];
    const auto* rates =
        lately != nullptr && i < lately->handlers.size() ? &lately->handlers[i] : nullptr;
    const auto& times = handler.times;
    if (rates != nullptr && rates->per_second == 0 && times.max < worth_a_word) continue;
    table.add({indent + printable(handler.message) +
                   (handler.from.empty() ? "" : " from " + printable(handler.from)),
               "", "", "", "", rates != nullptr ? short_rate(rates->per_second) : "-",
               rates != nullptr ? percent_text(rates->busy_share) : "-",
               rates != nullptr ? time_or_dash(rates->mean) : "-", time_or_dash(times.p50),
               time_or_dash(times.p99), time_or_dash(times.max), ""});
  }
}

void add_actor(const actor_facts& actor, const actor_changes* lately, const std::string& branches,
               text_table& table) {
  const auto lost =
      actor.mailbox.dropped > 0 ? fmt::format(", {} lost", actor.mailbox.dropped) : std::string{};
  table.add({branches + printable(actor.name) +
                 (actor.running > 1 ? fmt::format(" ×{}", actor.running) : ""),
             state_text(actor), time_or_dash(actor.age), count_text(actor.restarts),
             count_text(actor.mailbox.now) + lost,
             lately != nullptr ? short_rate(lately->turns_per_second) : "-",
             lately != nullptr ? percent_text(lately->busy_share) : "-",
             lately != nullptr ? time_or_dash(lately->mean_turn) : "-", "", "", "",
             time_or_dash(actor.wait.p99)});
}

/// Those that are shown; of connections only the first ones, whose actors are many and alike.
std::vector<const actor_facts*> shown_actors(const std::vector<actor_facts>& actors) {
  std::vector<const actor_facts*> result;
  std::size_t connections = 0;
  for (const auto& actor : actors)
    if (actor.kind != "connection" || ++connections <= most_connections) result.push_back(&actor);
  return result;
}

std::string actors_section(const snapshot& now, const changes* lately) {
  text_table table{{"actor, and what it is at", "state", ">age", ">restarts", ">mailbox",
                    ">a second", ">busy", ">mean now", ">p50", ">p99", ">longest", ">waits p99"}};
  const auto shown = shown_actors(now.actors);
  for (const auto& place : terminal::in_supervision_order(shown)) {
    const auto& actor = *place.actor;
    const auto* rates = lately != nullptr ? &lately->actors[index_in(now.actors, actor)] : nullptr;
    add_actor(actor, rates, place.branches, table);
    add_handlers(actor, rates, std::string(static_cast<std::size_t>(2 * place.depth + 4), ' '),
                 table);
  }
  auto body = table.text(margin);
  if (shown.size() < now.actors.size())
    body += line_of(fmt::format("... and {} more connections", now.actors.size() - shown.size()));
  return titled("Actors", body);
}

std::string flows_section(const snapshot& now, const changes* lately) {
  text_table table{
      {"from", "to", "what", ">in all", ">a second", ">waits p50", ">p99", ">longest"}};
  for (std::size_t i = 0; i < now.flows.size(); ++i) {
    const auto& flow = now.flows[i];
    if (lately != nullptr && lately->flows[i].per_second == 0 && flow.wait.max < worth_a_word)
      continue;
    table.add(
        {printable(flow.from), printable(flow.to), printable(flow.message), count_text(flow.count),
         lately != nullptr ? short_rate(lately->flows[i].per_second) : "-",
         time_or_dash(flow.wait.p50), time_or_dash(flow.wait.p99), time_or_dash(flow.wait.max)});
  }
  return titled("What flows between them", table.text(margin));
}

std::string stages_section(const snapshot& now) {
  text_table table{{"stage", ">p50", ">p95", ">p99", ">longest", ">jitter", ">last s p50",
                    ">last min p99", "trend"}};
  for (const auto& stage : now.stages)
    if (stage.times.count > 0)
      table.add({printable(stage.stage), short_time(stage.times.p50), short_time(stage.times.p95),
                 short_time(stage.times.p99), short_time(stage.times.max),
                 short_time(stage.times.jitter), time_or_dash(stage.last_second.p50),
                 time_or_dash(stage.last_minute.p99), printable(stage.trend)});
  return titled("Latency, by stages of a frame's way", table.text(margin));
}

std::string who(const client_facts& client) {
  return client.address.empty() ? fmt::format("pid {}, uid {}", client.pid, client.uid)
                                : printable(client.address);
}

std::string clients_section(const snapshot& now, const changes* lately) {
  text_table table{{">client", "who", ">frames/s", ">kbit/s", ">delivered", "dropped", ">queue",
                    ">p50", ">p99", "pace"}};
  const auto shown = std::min(now.clients.size(), most_clients);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& client = now.clients[i];
    const auto* rates = lately != nullptr ? &lately->clients[i] : nullptr;
    table.add({std::to_string(client.client), who(client),
               rates != nullptr ? short_rate(rates->delivered_per_second) : "-",
               rates != nullptr ? short_rate(rates->bytes_per_second * 8 / 1000) : "-",
               count_text(client.frames_delivered), causes_text(client.frames_dropped),
               fmt::format("{}/{}", client.frames_queued, client.queue_frames),
               time_or_dash(client.latency.p50), time_or_dash(client.latency.p99),
               printable(client.pace)});
  }
  auto body = table.text(margin);
  if (shown < now.clients.size())
    body +=
        line_of(fmt::format("... and {} more; --json has them all", now.clients.size() - shown));
  return titled("Clients", body);
}

std::string link_section(const snapshot& now, const changes* lately) {
  if (!now.upstream) return {};
  const auto& link = *now.upstream;
  auto body = line_of(fmt::format("from {}{}", printable(link.upstream),
                                  link.address.empty() ? "" : " at " + printable(link.address)));
  if (lately != nullptr && lately->upstream)
    body += line_of(fmt::format("{} frames received and {} missing a second",
                                short_rate(lately->upstream->received_per_second),
                                short_rate(lately->upstream->missing_per_second)));
  body += line_of(fmt::format("in all {} received, {} missing, {} duplicate, {} unfit",
                              link.frames_received, link.frames_missing, link.frames_duplicate,
                              link.frames_unfit));
  body += line_of(fmt::format(
      "linked {} times, lost {}, refused {}{}", link.connects, link.losses, link.refusals,
      link.last_refusal.empty() ? "" : ": " + printable(link.last_refusal)));
  if (link.clock)
    body += line_of(fmt::format("its clock is {} ahead, give or take {}; drift {:.1f} ppm",
                                short_time(link.clock->offset), short_time(link.clock->error),
                                link.clock->drift_ppm));
  return titled("Link", body);
}

std::string events_section(const node_view& view) {
  std::string body;
  const auto all = view.events ? view.events->size() : 0;
  for (auto i = all - std::min(all, most_events); i < all; ++i)
    body += line_of(event_line((*view.events)[i]));
  return titled("Last events", body);
}

std::string report_of(const node_view& view, const std::string& name) {
  if (!view.latest)
    return fmt::format("{}: {}\n", printable(to_string(view.node)),
                       printable(view.trouble ? view.trouble->what() : "it has not answered yet"));
  const auto& now = view.latest->parsed;
  const auto* lately = view.between ? &*view.between : nullptr;
  auto text = node_lines(now, name) + cost_line(now, lately) + frames_line(now, lately) +
              stream_line(now.stream);
  if (!now.node.is_probed)
    text += line_of("This node does not measure its actors: what they do is not known.");
  return text + findings_section(now, lately) + actors_section(now, lately) +
         flows_section(now, lately) + stages_section(now) + clients_section(now, lately) +
         link_section(now, lately) + events_section(view);
}

}  // namespace

std::string report_text(const std::vector<std::shared_ptr<const node_view>>& nodes) {
  const auto names = names_of(nodes);
  std::vector<std::string> reports;
  for (std::size_t i = 0; i < nodes.size(); ++i) reports.push_back(report_of(*nodes[i], names[i]));
  return fmt::format("{}", fmt::join(reports, "\n"));
}

}  // namespace troupe::inspecting
