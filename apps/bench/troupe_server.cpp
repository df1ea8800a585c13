#include "apps/bench/troupe_server.hpp"

#include <algorithm>

#include "apps/bench/node_process.hpp"
#include "apps/bench/paced_source.hpp"
#include "apps/bench/server_result.hpp"

namespace troupe::bench {
namespace {

/// Of a second or so: who never reads is to be found out while it is measured.
constexpr int socket_buffer_bytes = 32 * 1024;
/// Where there is no pace, a slow reader is to slow the source down, not to lose frames.
constexpr std::size_t queue_without_pace = 500;

node_settings settings_for(const stream_plan& plan) {
  auto settings = quiet_settings(plan.socket);
  settings.listen = plan.link;
  settings.insecure = plan.namespaces.has_value();  // nobody else is there
  if (plan.tls)
    settings.tls = {.certificate = plan.tls->certificate,
                    .key = plan.tls->key,
                    .authority = plan.tls->authority};
  settings.probes_actors = plan.probes_actors;
  settings.connection.write_timeout = plan.write_timeout;
  settings.connection.tuning.socket_buffer_bytes = socket_buffer_bytes;
  if (plan.period.count() == 0) settings.connection.tuning.queue_frames = queue_without_pace;
  return settings;
}

/// Whoever is closed for that had something waiting.
bool timed_out(const client_report& client) {
  return client.delivery.frames_dropped[drop_cause::write_timeout] > 0;
}

void take_account(const clients_report& clients, server_result& result) {
  result.frames_delivered = clients.total.frames_delivered;
  result.frames_dropped = clients.total.frames_dropped.total();
  result.clients_timed_out = static_cast<std::uint64_t>(
      std::count_if(clients.clients.begin(), clients.clients.end(), timed_out));
}

}  // namespace

nlohmann::json serve_troupe(const stream_plan& plan, shared_progress& progress) {
  server_result result;
  const node_process* running = nullptr;
  const auto make_source = [&](caf::actor_system& system,
                               const media::source_colleagues& colleagues) {
    const paced_source_task task{
        .plan = plan,
        .clients_there = [running] { return running->tree().memory().audience->size(); },
        .frames_read = [&] { return progress.frames_read().load(std::memory_order_acquire); },
        .account = &result};
    return caf::actor_cast<caf::strong_actor_ptr>(system.spawn(paced_source, task, colleagues));
  };
  node_process process{settings_for(plan), make_source};
  running = &process;
  result.before_clients = process_cost::now();
  take_account(process.run().clients, result);
  return to_json(result, plan);
}

}  // namespace troupe::bench
