#include "apps/inspect/model/to_json.hpp"

#include <chrono>
#include <vector>

#include <nlohmann/json.hpp>

#include "protocol/clock.hpp"

namespace troupe::inspecting {
namespace {

using nlohmann::json;

template <class Element, class ToObject>
json list_of(const std::vector<Element>& list, ToObject to_object) {
  auto result = json::array();
  for (const auto& each : list) result.push_back(to_object(each));
  return result;
}

json handler_object(const handler_changes& handler) {
  return {{"message", handler.message},
          {"from", handler.from},
          {"per_second", handler.per_second},
          {"busy_share", handler.busy_share},
          {"mean_us", to_microseconds(handler.mean)}};
}

json actor_object(const actor_changes& actor) {
  return {{"name", actor.name},
          {"turns_per_second", actor.turns_per_second},
          {"messages_per_second", actor.messages_per_second},
          {"bytes_per_second", actor.bytes_per_second},
          {"busy_share", actor.busy_share},
          {"mean_turn_us", to_microseconds(actor.mean_turn)},
          {"failures", actor.failures},
          {"restarts", actor.restarts},
          {"times_stuck", actor.times_stuck},
          {"dropped", actor.dropped},
          {"mailbox_growth", actor.mailbox_growth},
          {"handlers", list_of(actor.handlers, handler_object)}};
}

json flow_object(const flow_changes& flow) {
  return {{"from", flow.from},
          {"to", flow.to},
          {"message", flow.message},
          {"per_second", flow.per_second}};
}

json client_object(const client_changes& client) {
  return {{"client", client.client},
          {"produced_per_second", client.produced_per_second},
          {"delivered_per_second", client.delivered_per_second},
          {"dropped_per_second", client.dropped_per_second},
          {"bytes_per_second", client.bytes_per_second}};
}

json upstream_object(const upstream_changes& upstream) {
  return {{"received_per_second", upstream.received_per_second},
          {"missing_per_second", upstream.missing_per_second},
          {"bytes_per_second", upstream.bytes_per_second}};
}

}  // namespace

json to_json(const changes& between) {
  return {{"interval_s", std::chrono::duration<double>{between.interval}.count()},
          {"cpu_share", between.cpu_share},
          {"produced_per_second", between.produced_per_second},
          {"delivered_per_second", between.delivered_per_second},
          {"dropped_per_second", between.dropped_per_second},
          {"actors", list_of(between.actors, actor_object)},
          {"flows", list_of(between.flows, flow_object)},
          {"clients", list_of(between.clients, client_object)},
          {"upstream", between.upstream ? upstream_object(*between.upstream) : json{}}};
}

json to_json(const event& happened) {
  return {{"number", happened.number},
          {"unix_time_s", std::chrono::duration<double>{happened.time.time_since_epoch()}.count()},
          {"kind", happened.kind},
          {"level", to_string(happened.level)},
          {"subject", happened.subject},
          {"text", happened.text}};
}

json to_json(const finding& found) {
  return {{"severity", found.how_bad == severity::alarm ? "alarm" : "warning"},
          {"subject", found.subject},
          {"text", found.text}};
}

}  // namespace troupe::inspecting
