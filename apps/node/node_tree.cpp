#include "apps/node/node_tree.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <spdlog/fmt/fmt.h>

#include "actors/delivery/acceptor.hpp"
#include "actors/delivery/client_registry.hpp"
#include "actors/delivery/frame_processor.hpp"
#include "actors/network/inspection_door.hpp"
#include "actors/network/link_door.hpp"
#include "actors/probe/journal.hpp"
#include "actors/supervision/role.hpp"
#include "apps/node/pointer_to.hpp"

namespace troupe {
namespace {

using namespace std::chrono_literals;
using supervision::child_specification;

/// As good as never full: each client speaks once a second, and descriptors are fewer by far.
constexpr supervision::waiting_room room_for_clients{.messages = 1'000'000};

/// Whoever asks waits for the answer: each has one question here at most, unless it is up to no
/// good.
constexpr supervision::waiting_room room_for_inspectors{.messages = 64};

// A source that catches up posts as much at once.
static_assert(frame_backlog::longest >= media::source_state::longest_delay);

/// A healthy supervisor looks after its children more often than this.
constexpr std::chrono::nanoseconds supervisor_look_limit = 2s;
constexpr auto shutdown_grace = 100ms;
constexpr auto connection_grace = 2 * delivery::connection_state::shutdown_drain;

template <class Interface>
Interface cast_role(caf::actor_system& system, const char* name,
                    const supervision::waiting_room& room = {}) {
  return caf::actor_cast<Interface>(supervision::make_role(system, name, room));
}

}  // namespace

std::optional<client_number> client_of_connection(std::string_view name) {
  constexpr std::string_view prefix = "connection:";
  if (!name.starts_with(prefix)) return std::nullopt;
  std::uint64_t number = 0;
  const auto* const end = name.data() + name.size();
  if (std::from_chars(name.data() + prefix.size(), end, number).ptr != end) return std::nullopt;
  return client_number{number};
}

node_tree::node_tree(const node_settings& settings, std::shared_ptr<delivery::unix_listener> socket,
                     sound_origin sound, std::shared_ptr<node_network> network,
                     runtime::poller& poller, caf::actor owner, caf::actor_system& system)
    : settings_(settings),
      sound_(std::move(sound)),
      network_(std::move(network)),
      owner_(std::move(owner)),
      system_(system),
      poller_(poller),
      faults_([this](const std::string& name) { return connection_named(name); }) {
  memory_.listener = std::move(socket);
  memory_.latency = std::make_shared<telemetry::latency_records>(settings.latency);
  auto adaptation = settings.adaptation;
  adaptation.latency = settings.latency;
  settings_.connection.tuner = {
      .mode = adaptation.mode, .limits = adaptation.limits, .stability = adaptation.stability};
  if (!sound_.is_encoded_here) settings_.adaptation.mode = adaptation.mode = adaptation_mode::off;
  memory_.adaptation = std::make_shared<telemetry::adaptation_records>(
      adaptation, stream_tuning{settings.codec, settings.connection.tuning});
  roles_ = {.latency_monitor =
                cast_role<latency_monitor_actor>(system, "latency_monitor", room_for_clients),
            .frame_processor =
                cast_role<frame_processor_actor>(system, "frame_processor", room_for_clients),
            .connection_supervisor =
                cast_role<supervisor_actor>(system, "connection_supervisor", room_for_clients),
            .client_registry =
                cast_role<client_registry_actor>(system, "client_registry", room_for_clients),
            .acceptor = cast_role<acceptor_actor>(system, "acceptor"),
            .source = cast_role<source_actor>(system, "source"),
            .optimiser = cast_role<adaptive_optimiser_actor>(system, "adaptive_optimiser"),
            .system_sensor = cast_role<system_sensor_actor>(system, "system_sensor"),
            .link_door = {},
            .inspection_door = {}};
  if (network_ && network_->listening_at()) {
    roles_.link_door = cast_role<link_door_actor>(system, "link_door");
    roles_.inspection_door =
        cast_role<inspection_door_actor>(system, "inspection_door", room_for_inspectors);
  }
  memory_.backlog = std::make_shared<frame_backlog>();
  memory_.audience =
      std::make_shared<delivery::frame_audience>(settings.codec.format(), memory_.backlog);
}

node_tree::~node_tree() {
  for (const auto& role : all_roles()) supervision::role_of(role).close();
}

std::vector<caf::strong_actor_ptr> node_tree::all_roles() const {
  std::vector result{pointer_to(roles_.latency_monitor),
                     pointer_to(roles_.frame_processor),
                     pointer_to(roles_.connection_supervisor),
                     pointer_to(roles_.client_registry),
                     pointer_to(roles_.acceptor),
                     pointer_to(roles_.source),
                     pointer_to(roles_.optimiser),
                     pointer_to(roles_.system_sensor)};
  if (roles_.link_door) result.push_back(pointer_to(roles_.link_door));
  if (roles_.inspection_door) result.push_back(pointer_to(roles_.inspection_door));
  return result;
}

caf::strong_actor_ptr node_tree::role_named(std::string_view name) const {
  for (auto& role : all_roles())
    if (supervision::role_of(role).name() == name) return role;
  return nullptr;
}

std::vector<std::string> node_tree::role_names() const {
  std::vector<std::string> result;
  for (const auto& role : all_roles()) result.emplace_back(supervision::role_of(role).name());
  return result;
}

std::shared_ptr<const probe::actor_probe> node_tree::root_probe() const {
  const std::lock_guard lock{root_mutex_};
  return root_probe_;
}

supervisor_actor node_tree::start() {
  auto root = system_.spawn<caf::detached>(supervision::supervisor, root_settings(),
                                           children_of_root(), memory_.record);
  faults_.add("supervisor", pointer_to(root));
  if (roles_.link_door) network_->publish(roles_.link_door, roles_.inspection_door);
  const auto now = std::chrono::steady_clock::now();
  memory_.record->tell([=](auto& report) { report.looked_at = now; });  // it has just begun
  const std::lock_guard lock{root_mutex_};
  root_.running = 1;
  root_.phase = child_phase::up;
  root_.since = now;
  root_probe_ = supervision::as_supervised(pointer_to(root))->probe();
  if (const auto failed_at = std::exchange(root_failed_at_, std::nullopt)) {
    ++root_.restarts;
    memory_.record->add_to_history({.when = unix_now(),
                                    .child = root_.name,
                                    .why = root_.last_failure,
                                    .took = now - *failed_at});
  }
  return root;
}

void node_tree::supervisor_failed(const std::string& why) {
  const std::lock_guard lock{root_mutex_};
  ++root_.failures;
  root_.running = 0;
  root_.phase = child_phase::waiting;
  root_.since = std::chrono::steady_clock::now();
  root_.stuck_in.clear();
  root_.last_failure = why;
  root_failed_at_ = std::chrono::steady_clock::now();
}

void node_tree::look_at_supervisor() {
  const auto late = std::chrono::steady_clock::now() - memory_.record->looked_at();
  const std::lock_guard lock{root_mutex_};
  // One that is not busy is merely about to get its turn: the machine may have stood still.
  const bool is_stuck = late > supervisor_look_limit + settings_.stuck_after &&
                        probe::turn_record::is_busy(root_probe_->turns().current());
  if (is_stuck != root_.stuck_in.empty()) return;  // as it was
  if (is_stuck) {
    root_.stuck_in = root_probe_->turns().message().name(system_);
    ++root_.times_stuck;
    probe::tell(
        probe::event_kind::actor, probe::event_level::error, root_.name,
        fmt::format("the supervisor is stuck: it hangs on the message {}; who fails has to wait",
                    root_.stuck_in));
  } else {
    root_.stuck_in.clear();
    probe::tell(probe::event_kind::actor, probe::event_level::warning, root_.name,
                "the supervisor goes on");
  }
}

supervision::supervisor_settings node_tree::root_settings() const {
  return {.strategy = supervision::strategy::one_for_one,
          .intensity = settings_.restarts.intensity};
}

child_specification node_tree::child(
    const caf::strong_actor_ptr& role,
    std::function<caf::strong_actor_ptr(caf::actor_system&)> make) {
  const std::string name = supervision::role_of(role).name();
  faults_.add(name, role);
  return {.name = name,
          .role = role,
          .make =
              [this, name, make = std::move(make)](caf::actor_system& system) {
                faults_.before_start(name);
                return make(system);
              },
          .backoff = settings_.restarts.backoff,
          .shutdown_grace = shutdown_grace,
          .turn_limit = settings_.stuck_after};
}

/// In the order of their start: whoever is needed comes before whoever needs it. One for one: what
/// a role has to remember is kept for its next player, so that nobody else has to go with it.
std::vector<child_specification> node_tree::children_of_root() {
  const delivery::connection_colleagues colleagues{.poller = &poller_,
                                                   .frame_processor = roles_.frame_processor,
                                                   .client_registry = roles_.client_registry,
                                                   .latency_monitor = roles_.latency_monitor};
  const delivery::client_registry_settings registry{
      .connection = settings_.connection,
      .colleagues = colleagues,
      .connection_supervisor = roles_.connection_supervisor,
      .max_clients = settings_.max_clients};
  const delivery::acceptor_settings acceptor{
      .poller = &poller_, .listener = memory_.listener, .clients = roles_.client_registry};
  const media::source_colleagues source{.poller = &poller_,
                                        .frames = memory_.backlog,
                                        .latency_monitor = roles_.latency_monitor,
                                        .listener = owner_,
                                        .always_encodes = settings_.always_encode};
  auto latency_monitor =
      child(pointer_to(roles_.latency_monitor), [kept = memory_.latency](auto& system) {
        return pointer_to(system.spawn(telemetry::latency_monitor, kept));
      });
  latency_monitor.replaceable_when_stuck = true;
  auto frame_processor =
      child(pointer_to(roles_.frame_processor), [kept = memory_.audience](auto& system) {
        return pointer_to(system.spawn(delivery::frame_processor, kept));
      });
  frame_processor.replaceable_when_stuck = true;
  auto connection_supervisor = child(
      pointer_to(roles_.connection_supervisor),
      [alike = connection_specification(), kept = memory_.connections](auto& system) {
        return pointer_to(system.spawn(
            supervision::supervisor,
            supervision::supervisor_settings{.strategy = supervision::strategy::simple_one_for_one},
            std::vector{alike}, kept));
      });
  connection_supervisor.shutdown_grace = 2 * connection_grace;
  auto client_registry =
      child(pointer_to(roles_.client_registry), [registry, kept = memory_.ledger](auto& system) {
        return pointer_to(system.spawn(delivery::client_registry, registry, kept));
      });
  client_registry.replaceable_when_stuck = true;
  auto doorman = child(pointer_to(roles_.acceptor), [acceptor](auto& system) {
    return pointer_to(system.spawn(delivery::acceptor, acceptor));
  });
  doorman.replaceable_when_stuck = true;
  auto sound = child(pointer_to(roles_.source),
                     [this, source](auto& system) { return sound_.make(system, source); });
  sound.replaceable_when_stuck = sound_.replaceable_when_stuck;
  std::vector children{latency_monitor, frame_processor, connection_supervisor,    client_registry,
                       doorman,         sound,           optimiser_specification()};
  if (settings_.adaptation.mode != adaptation_mode::off) children.push_back(sensor_specification());
  if (roles_.link_door) {
    children.push_back(link_door_specification());
    children.push_back(inspection_door_specification());
  }
  return children;
}

child_specification node_tree::optimiser_specification() {
  const telemetry::optimiser_colleagues colleagues{
      .latency = memory_.latency,
      .source_counts = sound_.report,
      .median_dropped_share = [kept = memory_.ledger] { return kept->median_dropped_share(); },
      .paced_by_device = sound_.paced_by_device,
      .source = roles_.source,
      .client_registry = roles_.client_registry};
  auto result = child(pointer_to(roles_.optimiser), [=, kept = memory_.adaptation](auto& system) {
    return pointer_to(system.spawn(telemetry::adaptive_optimiser, kept, colleagues));
  });
  result.replaceable_when_stuck = true;
  return result;
}

child_specification node_tree::sensor_specification() {
  auto result = child(pointer_to(roles_.system_sensor), [optimiser =
                                                             roles_.optimiser](auto& system) {
    return pointer_to(system.template spawn<caf::detached>(telemetry::system_sensor, optimiser));
  });
  result.replaceable_when_stuck = true;
  return result;
}

child_specification node_tree::link_door_specification() {
  const network::link_sender_settings sender{
      .frame_processor = roles_.frame_processor,
      .client_registry = roles_.client_registry,
      .latency_monitor = roles_.latency_monitor,
      .position = network_->position,
      .write_timeout = settings_.connection.write_timeout,
      .keeps_oldest = settings_.connection.overflow == delivery::overflow_policy::drop_newest};
  auto result = child(pointer_to(roles_.link_door), [sender](auto& system) {
    return pointer_to(system.spawn(network::link_door, sender));
  });
  result.replaceable_when_stuck = true;
  return result;
}

child_specification node_tree::inspection_door_specification() {
  const network::inspection_door_settings door{
      .desk = desk_,
      .allowed = settings_.remote_inspection,
      .is_insecure = settings_.insecure,
      .write_timeout = settings_.connection.write_timeout,
      .peer_at = [network = network_](const auto& node) { return network->peers().find(node); },
      .send_away = [network = network_](
                       auto connection,
                       const auto& why) { network->peers().send_away(connection, why); },
      .hang_up = [network = network_](auto connection) { network->peers().hang_up(connection); }};
  auto result = child(pointer_to(roles_.inspection_door), [door](auto& system) {
    return pointer_to(system.spawn(network::inspection_door, door));
  });
  result.replaceable_when_stuck = true;
  return result;
}

/// Temporary: a client is gone with its connection, and comes again by itself.
child_specification node_tree::connection_specification() const {
  return {.name = "connection",
          .restart = supervision::restart_kind::temporary,
          .shutdown_grace = connection_grace,
          .turn_limit = settings_.stuck_after};
}

std::vector<child_status> node_tree::children() const {
  auto result = memory_.record->report().children;
  {
    const std::lock_guard lock{root_mutex_};
    result.insert(result.begin(), root_);
  }
  for (auto& child : memory_.connections->report().children) result.push_back(std::move(child));
  return result;
}

std::vector<restart_event> node_tree::history() const { return memory_.record->report().history; }

bool node_tree::is_healthy() const {
  const auto now = std::chrono::steady_clock::now();
  const auto patience = supervisor_look_limit + settings_.stuck_after;
  return memory_.record->is_healthy(now, patience) &&
         memory_.connections->is_healthy(now, patience);
}

caf::strong_actor_ptr node_tree::connection_named(const std::string& name) const {
  const auto client = client_of_connection(name);
  return client ? pointer_to(connection_of(*client)) : nullptr;
}

void node_tree::kill_children() {
  const auto kill = [](const auto& actor) {
    caf::anon_send_exit(caf::actor_cast<caf::actor>(actor), caf::exit_reason::kill);
  };
  for (const auto& [number, child] : memory_.record->children)
    if (child.is_alive()) kill(child.actor);
  for (const auto& connection : memory_.ledger->connections()) kill(connection);
}

}  // namespace troupe
