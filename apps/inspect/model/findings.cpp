#include "apps/inspect/model/findings.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace troupe::inspecting {
namespace {

using std::chrono::nanoseconds;

/// "230 ms", "2.3 s", "41 s".
std::string time_text(nanoseconds time) {
  using namespace std::chrono_literals;
  const double seconds = std::chrono::duration<double>{time}.count();
  if (time < 10ms) return fmt::format("{:.1f} ms", seconds * 1000);
  if (time < 1s) return fmt::format("{:.0f} ms", seconds * 1000);
  return fmt::format("{:.{}f} s", seconds, time < 10s ? 1 : 0);
}

/// The cause that most frames were dropped by.
std::string_view main_cause(const std::map<std::string, std::uint64_t>& by_cause) {
  const auto greatest =
      std::max_element(by_cause.begin(), by_cause.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return greatest == by_cause.end() ? std::string_view{} : std::string_view{greatest->first};
}

/// Whom a client is, for people.
std::string client_name(std::uint64_t client) { return fmt::format("client {}", client); }

/// Gathers what stands out, each with its rank: of two findings, the one of the lower rank is the
/// worse, whatever their sizes.
class finding_list {
 public:
  void alarm(int rank, double size, std::string subject, std::string text) {
    list_.push_back({rank, size, {severity::alarm, std::move(subject), std::move(text)}});
  }
  void warning(int rank, double size, std::string subject, std::string text) {
    list_.push_back({rank, size, {severity::warning, std::move(subject), std::move(text)}});
  }

  [[nodiscard]] std::vector<finding> worst_first() && {
    std::ranges::stable_sort(list_, [](const ranked& a, const ranked& b) {
      if (a.what.how_bad != b.what.how_bad) return a.what.how_bad > b.what.how_bad;
      return a.rank != b.rank ? a.rank < b.rank : a.size > b.size;
    });
    std::vector<finding> result;
    for (auto& each : list_) result.push_back(std::move(each.what));
    return result;
  }

 private:
  struct ranked {
    int rank;
    double size;
    finding what;
  };

  std::vector<ranked> list_;
};

std::string because_of(const actor_facts& actor) {
  return actor.last_failure.empty() ? std::string{} : ": " + actor.last_failure;
}

/// How long it has been at which message.
std::string message_text(const actor_facts& actor) {
  if (!actor.in_hand) return {};
  return fmt::format("{} for {}", actor.in_hand->message, time_text(actor.in_hand->lasting));
}

bool encodes(const actor_facts& actor) { return actor.name == "source"; }

/// 0 where it is not known.
nanoseconds frame_duration_of(const stream_facts& stream) {
  return stream.set.frame_duration.count() > 0 ? stream.set.frame_duration
                                               : stream.asked_for.frame_duration;
}

/// How long a frame's encoding takes, usually and lately; 0 where it is not known.
nanoseconds usual_encoding_in(const snapshot& node) {
  const auto encode = std::ranges::find(node.stages, "encode", &stage_facts::stage);
  if (encode == node.stages.end()) return nanoseconds{0};
  return encode->last_second.count > 0 ? encode->last_second.p50 : encode->times.p50;
}

nanoseconds longest_mean_turn_of(const actor_facts& actor, const snapshot& node) {
  const auto frame = frame_duration_of(node.stream);
  if (!encodes(actor) || frame.count() <= 0) return longest_usual_mean_turn;
  return std::chrono::duration_cast<nanoseconds>(frame * greatest_usual_share_of_frame);
}

/// Whether more than half of its turns was something else.
bool is_slow_beside_encoding(const actor_facts& actor, nanoseconds mean_turn,
                             const snapshot& node) {
  return encodes(actor) && mean_turn > longest_usual_mean_turn &&
         mean_turn > 2 * usual_encoding_in(node);
}

void look_at(const actor_facts& actor, const actor_changes* lately, const snapshot& node,
             finding_list& found) {
  const auto trouble = trouble_of(actor, lately, node);
  const auto& name = actor.name;
  if (trouble.is_stuck) {
    found.alarm(0, 0, name,
                actor.in_hand ? fmt::format("{} is stuck: at {}", name, message_text(actor))
                              : fmt::format("{} is stuck", name));
  } else if (trouble.waits_for_restart) {
    found.alarm(1, 0, name, fmt::format("{} waits to be started again{}", name, because_of(actor)));
  } else if (trouble.is_long_at_a_message) {
    found.alarm(2, 0, name, fmt::format("{} has been at {}", name, message_text(actor)));
  }
  if (trouble.was_just_restarted)
    found.alarm(
        3, static_cast<double>(-actor.age.count()), name,
        fmt::format("{} was restarted {} ago{}", name, time_text(actor.age), because_of(actor)));
  if (lately == nullptr) return;
  if (trouble.is_slow)
    found.alarm(4, lately->busy_share, name,
                fmt::format("{} is slow: {} a turn, {:.0f} % of a core", name,
                            time_text(lately->mean_turn), lately->busy_share * 100));
  if (lately->dropped > 0)
    found.alarm(5, static_cast<double>(lately->dropped), name,
                fmt::format("{} lost {} messages: its mailbox is full", name, lately->dropped));
  if (trouble.is_slow_beside_encoding)
    found.warning(0, lately->busy_share, name,
                  fmt::format("{} takes {} a turn, and encoding only {} of it", name,
                              time_text(lately->mean_turn), time_text(usual_encoding_in(node))));
  if (trouble.is_busy && !trouble.hurts())
    found.warning(0, lately->busy_share, name,
                  fmt::format("{} takes {:.0f} % of a core", name, lately->busy_share * 100));
  if (trouble.has_growing_mailbox)
    found.warning(1, static_cast<double>(actor.mailbox.now), name,
                  fmt::format("{} falls behind: {} messages wait, {} more than before", name,
                              actor.mailbox.now, lately->mailbox_growth));
}

void look_at_clients(const snapshot& now, const changes* lately, finding_list& found) {
  if (lately == nullptr || lately->dropped_per_second <= 0) return;
  const auto worst =
      std::ranges::max_element(lately->clients, {}, &client_changes::dropped_per_second);
  if (worst == lately->clients.end() || worst->dropped_per_second <= 0) {
    found.warning(2, lately->dropped_per_second, {},
                  fmt::format("{:.1f} frames/s are dropped", lately->dropped_per_second));
    return;
  }
  const auto losing = std::ranges::count_if(
      lately->clients, [](const client_changes& each) { return each.dropped_per_second > 0; });
  const auto& facts = now.clients[static_cast<std::size_t>(worst - lately->clients.begin())];
  const auto name = client_name(worst->client);
  found.warning(
      2, lately->dropped_per_second, name,
      losing == 1
          ? fmt::format("{} loses {:.1f} frames/s ({})", name, worst->dropped_per_second,
                        main_cause(facts.frames_dropped))
          : fmt::format("{} clients lose {:.1f} frames/s, most of them {} ({})", losing,
                        lately->dropped_per_second, name, main_cause(facts.frames_dropped)));
}

void look_at_link(const snapshot& now, const changes* lately, finding_list& found) {
  if (!now.upstream || lately == nullptr || !lately->upstream) return;
  if (lately->upstream->missing_per_second > 0)
    found.warning(3, lately->upstream->missing_per_second, {},
                  fmt::format("{:.1f} frames/s of {} are missing",
                              lately->upstream->missing_per_second, now.upstream->upstream));
}

void look_at_latency(const snapshot& now, finding_list& found) {
  constexpr std::chrono::milliseconds longest_usual_average{90};
  constexpr std::chrono::milliseconds longest_usual{200};
  const auto total = std::ranges::find(now.stages, "total", &stage_facts::stage);
  if (total == now.stages.end() || total->last_second.count == 0) return;
  const auto& second = total->last_second;
  if (second.p50 > longest_usual_average || second.max > longest_usual)
    found.warning(4, static_cast<double>(second.max.count()), {},
                  fmt::format("frames take {}, at most {}, until they are sent",
                              time_text(second.p50), time_text(second.max)));
}

void look_at_stream(const snapshot& now, finding_list& found) {
  if (now.stream.level > 0)
    found.warning(
        5, 0, "adaptive_optimiser",
        fmt::format("the sound is simpler than asked for: level {} of 8", now.stream.level));
}

void look_at_probes(const snapshot& now, finding_list& found) {
  if (!now.node.is_probed && !now.actors.empty())
    found.warning(6, 0, {}, "what its actors do is not measured: start the node with --probe on");
}

}  // namespace

actor_trouble trouble_of(const actor_facts& actor, const actor_changes* lately,
                         const snapshot& node) {
  actor_trouble result;
  result.is_stuck = actor.state == "stuck";
  result.waits_for_restart = actor.state == "waiting";
  result.was_just_restarted = actor.restarts > 0 && actor.age < just_now;
  result.is_long_at_a_message = actor.in_hand && actor.in_hand->lasting > longest_usual_turn;
  if (lately == nullptr) return result;
  result.is_slow = lately->mean_turn > longest_mean_turn_of(actor, node);
  result.is_slow_beside_encoding =
      !result.is_slow && is_slow_beside_encoding(actor, lately->mean_turn, node);
  result.is_busy = lately->busy_share > greatest_usual_busy_share;
  result.has_growing_mailbox =
      lately->mailbox_growth > 0 && actor.mailbox.now >= least_mailbox_to_watch;
  return result;
}

std::vector<finding> findings_in(const snapshot& now, const changes* lately) {
  finding_list found;
  for (std::size_t index = 0; index < now.actors.size(); ++index)
    look_at(now.actors[index], lately ? &lately->actors[index] : nullptr, now, found);
  look_at_clients(now, lately, found);
  look_at_link(now, lately, found);
  look_at_latency(now, found);
  look_at_stream(now, found);
  look_at_probes(now, found);
  auto result = std::move(found).worst_first();
  if (!now.node.is_healthy && result.empty())
    result.push_back({severity::alarm, {}, "the node says that not all is well with it"});
  return result;
}

}  // namespace troupe::inspecting
