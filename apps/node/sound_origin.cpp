#include "apps/node/sound_origin.hpp"

#include <utility>
#include <variant>

#include <caf/actor_system.hpp>

#include "actors/network/link_receiver.hpp"
#include "apps/node/pointer_to.hpp"

namespace troupe {

sound_origin captured_sound(const node_settings& settings,
                            std::unique_ptr<media::pcm_input> input) {
  const auto description = input->description();
  const bool paced_by_device = input->pace() == media::pcm_pace::device;
  const auto kept = std::make_shared<media::capture>(
      settings.codec, std::move(input), [address = settings.source](media::pcm_shape shape) {
        return media::open_pcm_input(address, shape);
      });
  return {.description = description,
          .paced_by_device = paced_by_device,
          // A file can be opened beside itself; of a pipe or a device there is only one.
          .replaceable_when_stuck = kept->can_be_taken_over(),
          .report = [kept] { return kept->report(); },
          .make =
              [kept](caf::actor_system& system, const media::source_colleagues& colleagues) {
                return pointer_to(system.spawn(media::source, kept, colleagues));
              }};
}

sound_origin linked_sound(const link_source& source, const std::shared_ptr<node_network>& network) {
  network::link_settings settings{.source = source, .tls = network->tls};
  return {.description = "the stream of " + to_string(source_address{source}),
          .replaceable_when_stuck = true,
          .is_encoded_here = false,
          .report = [network] { return network->upstream->as_source(); },
          .make =
              [settings, network](caf::actor_system& system,
                                  const media::source_colleagues& colleagues) {
                const network::link_receiver_colleagues its{
                    .poller = colleagues.poller,
                    .broker = network->broker,
                    .frames = colleagues.frames,
                    .latency_monitor = colleagues.latency_monitor,
                    .position = network->position,
                    .record = network->upstream};
                return pointer_to(system.spawn(network::link_receiver, settings, its));
              }};
}

sound_origin open_sound(const node_settings& settings,
                        const std::shared_ptr<node_network>& network) {
  if (const auto* link = std::get_if<link_source>(&settings.source))
    return linked_sound(*link, network);
  return captured_sound(settings,
                        media::open_pcm_input(settings.source, media::shape_for(settings.codec)));
}

}  // namespace troupe
