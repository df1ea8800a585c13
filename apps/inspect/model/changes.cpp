#include "apps/inspect/model/changes.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <type_traits>

namespace troupe::inspecting {
namespace {

using std::chrono::nanoseconds;

constexpr std::string_view wake_up = "wake_up";

/// Counts only grow; whatever does not is none.
std::uint64_t growth(std::uint64_t earlier, std::uint64_t later) {
  return later > earlier ? later - earlier : 0;
}

nanoseconds growth(nanoseconds earlier, nanoseconds later) {
  return std::max(later - earlier, nanoseconds{0});
}

/// Of what happened in one interval.
class rate_maker {
 public:
  explicit rate_maker(nanoseconds interval) : seconds_(std::chrono::duration<double>{interval}) {}

  [[nodiscard]] double per_second(std::uint64_t earlier, std::uint64_t later) const {
    return static_cast<double>(growth(earlier, later)) / seconds_.count();
  }
  [[nodiscard]] double share(nanoseconds earlier, nanoseconds later) const {
    return std::chrono::duration<double>{growth(earlier, later)} / seconds_;
  }

 private:
  std::chrono::duration<double> seconds_;
};

nanoseconds mean_of(nanoseconds time, std::uint64_t count) {
  return count == 0 ? nanoseconds{0} : time / static_cast<nanoseconds::rep>(count);
}

/// Finds what was there before; what was not began at 0.
template <class Facts, class KeyOf>
class earlier_facts {
 public:
  earlier_facts(const std::vector<Facts>& list, KeyOf key_of) : key_of_(key_of) {
    for (const auto& each : list) by_key_.emplace(key_of_(each), &each);
  }

  [[nodiscard]] const Facts& of(const Facts& later) const {
    static const Facts nothing;
    const auto found = by_key_.find(key_of_(later));
    return found == by_key_.end() ? nothing : *found->second;
  }

 private:
  KeyOf key_of_;
  std::map<std::invoke_result_t<KeyOf, const Facts&>, const Facts*> by_key_;
};

handler_changes handler_between(const handler_facts& earlier, const handler_facts& later,
                                const rate_maker& rate) {
  return {.message = later.message,
          .from = later.from,
          .per_second = rate.per_second(earlier.times.count, later.times.count),
          .busy_share = rate.share(earlier.total, later.total),
          .mean = mean_of(growth(earlier.total, later.total),
                          growth(earlier.times.count, later.times.count))};
}

std::vector<handler_changes> handlers_between(const actor_facts& earlier, const actor_facts& later,
                                              const rate_maker& rate) {
  // An actor whose handlers were not asked for before has done nothing that could be compared.
  if (earlier.handlers.empty() && earlier.turns > 0) return {};
  const earlier_facts was{earlier.handlers, [](const handler_facts& each) {
                            return std::tie(each.message, each.from);
                          }};
  std::vector<handler_changes> result;
  for (const auto& handler : later.handlers)
    result.push_back(handler_between(was.of(handler), handler, rate));
  return result;
}

/// With the turn that goes on, which the node counts when it is over.
nanoseconds busy_until_now(const actor_facts& actor) {
  return actor.busy + (actor.in_hand ? actor.in_hand->lasting : nanoseconds{0});
}

actor_changes actor_between(const actor_facts& earlier, const actor_facts& later,
                            const rate_maker& rate) {
  actor_changes result{
      .name = later.name,
      .turns_per_second = rate.per_second(earlier.turns, later.turns),
      .bytes_per_second = rate.per_second(earlier.bytes, later.bytes),
      .busy_share = rate.share(busy_until_now(earlier), busy_until_now(later)),
      .mean_turn = mean_of(growth(earlier.busy, later.busy), growth(earlier.turns, later.turns)),
      .failures = growth(earlier.failures, later.failures),
      .restarts = growth(earlier.restarts, later.restarts),
      .times_stuck = growth(earlier.times_stuck, later.times_stuck),
      .dropped = growth(earlier.mailbox.dropped, later.mailbox.dropped),
      .mailbox_growth = static_cast<std::int64_t>(later.mailbox.now) -
                        static_cast<std::int64_t>(earlier.mailbox.now),
      .handlers = handlers_between(earlier, later, rate)};
  for (const auto& handler : result.handlers)
    if (handler.message != wake_up) result.messages_per_second += handler.per_second;
  return result;
}

std::vector<actor_changes> actors_between(const snapshot& earlier, const snapshot& later,
                                          const rate_maker& rate) {
  const earlier_facts was{earlier.actors,
                          [](const actor_facts& each) { return std::string_view{each.name}; }};
  std::vector<actor_changes> result;
  for (const auto& actor : later.actors)
    result.push_back(actor_between(was.of(actor), actor, rate));
  return result;
}

/// The time between two tellings of what clients got; 0 if there was none in between.
nanoseconds told_in(unix_time earlier, unix_time later, nanoseconds interval) {
  const bool is_known = earlier != unix_time{} && later != unix_time{};
  return is_known ? std::max(nanoseconds{later - earlier}, nanoseconds{0}) : interval;
}

/// Whether it counts frames that clients or links are offered, or take.
bool is_told_by_clients(const flow_facts& flow) {
  return flow.message == "frame" && flow.from != "source";
}

std::vector<flow_changes> flows_between(const snapshot& earlier, const snapshot& later,
                                        const rate_maker& rate, const rate_maker& rate_of_clients) {
  const earlier_facts was{earlier.flows, [](const flow_facts& each) {
                            return std::tie(each.from, each.to, each.message);
                          }};
  std::vector<flow_changes> result;
  for (const auto& flow : later.flows)
    result.push_back({.from = flow.from,
                      .to = flow.to,
                      .message = flow.message,
                      .per_second = (is_told_by_clients(flow) ? rate_of_clients : rate)
                                        .per_second(was.of(flow).count, flow.count)});
  return result;
}

client_changes client_between(const client_facts& was, const client_facts& is,
                              const rate_maker& rate) {
  return {
      .client = is.client,
      .produced_per_second = rate.per_second(was.frames_produced, is.frames_produced),
      .delivered_per_second = rate.per_second(was.frames_delivered, is.frames_delivered),
      .dropped_per_second = rate.per_second(total(was.frames_dropped), total(is.frames_dropped)),
      .bytes_per_second = rate.per_second(was.bytes_sent, is.bytes_sent)};
}

std::vector<client_changes> clients_between(const snapshot& earlier, const snapshot& later,
                                            const changes* before) {
  const auto interval = later.node.now - earlier.node.now;
  const earlier_facts known{earlier.clients, [](const client_facts& each) { return each.client; }};
  std::vector<client_changes> result;
  for (const auto& client : later.clients) {
    const auto& was = known.of(client);
    const auto told = told_in(was.counted, client.counted, interval);
    const auto* const last = before ? before->of_client(client.client) : nullptr;
    if (told == told.zero() && last != nullptr) {
      result.push_back(*last);
    } else {
      result.push_back(
          client_between(was, client, rate_maker{told == told.zero() ? interval : told}));
    }
  }
  return result;
}

std::optional<upstream_changes> upstream_between(const snapshot& earlier, const snapshot& later,
                                                 const rate_maker& rate) {
  if (!later.upstream) return std::nullopt;
  const auto was = earlier.upstream.value_or(upstream_facts{});
  const auto& is = *later.upstream;
  return upstream_changes{
      .received_per_second = rate.per_second(was.frames_received, is.frames_received),
      .missing_per_second = rate.per_second(was.frames_missing, is.frames_missing),
      .bytes_per_second = rate.per_second(was.bytes_received, is.bytes_received)};
}

}  // namespace

const actor_changes* changes::of_actor(std::string_view name) const {
  const auto found = std::find_if(actors.begin(), actors.end(),
                                  [&](const auto& each) { return each.name == name; });
  return found == actors.end() ? nullptr : &*found;
}

const client_changes* changes::of_client(std::uint64_t client) const {
  const auto found = std::find_if(clients.begin(), clients.end(),
                                  [&](const auto& each) { return each.client == client; });
  return found == clients.end() ? nullptr : &*found;
}

bool are_of_same_run(const node_facts& one, const node_facts& other) {
  using namespace std::chrono_literals;
  // In a container each run may have the same number.
  return one.pid == other.pid && std::chrono::abs(one.started - other.started) < 1s;
}

actor_changes changes_of_actor(const actor_facts& earlier, const actor_facts& later,
                               nanoseconds interval) {
  return actor_between(earlier, later, rate_maker{interval});
}

std::optional<changes> changes_between(const snapshot& earlier, const snapshot& later,
                                       const changes* before) {
  const auto& was = earlier.node;
  const auto& is = later.node;
  if (!are_of_same_run(was, is) || is.now <= was.now) return std::nullopt;
  const nanoseconds interval = is.now - was.now;
  const auto told = told_in(earlier.frames.counted, later.frames.counted, interval);
  const bool is_news = told > told.zero();
  const rate_maker rate{interval};
  const rate_maker rate_of_clients{is_news ? told : interval};
  changes result{
      .interval = interval,
      .cpu_share = rate.share(was.cpu, is.cpu),
      .produced_per_second = rate.per_second(earlier.frames.produced, later.frames.produced),
      .delivered_per_second =
          rate_of_clients.per_second(earlier.frames.delivered, later.frames.delivered),
      .dropped_per_second =
          rate_of_clients.per_second(total(earlier.frames.dropped), total(later.frames.dropped)),
      .actors = actors_between(earlier, later, rate),
      .flows = flows_between(earlier, later, rate, rate_of_clients),
      .clients = clients_between(earlier, later, before),
      .upstream = upstream_between(earlier, later, rate)};
  if (!is_news && before != nullptr) {
    result.delivered_per_second = before->delivered_per_second;
    result.dropped_per_second = before->dropped_per_second;
  }
  return result;
}

}  // namespace troupe::inspecting
