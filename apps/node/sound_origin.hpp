#pragma once

#include <functional>
#include <memory>
#include <string>

#include <caf/actor_control_block.hpp>

#include "actors/media/source.hpp"
#include "apps/node/node_network.hpp"
#include "apps/node/node_settings.hpp"
#include "protocol/messages.hpp"

namespace troupe {

/// Makes the actor that gives frames, of the interface source_actor.
using source_maker = std::function<caf::strong_actor_ptr(
    caf::actor_system& system, const media::source_colleagues& colleagues)>;

/// Where a node's frames come from.
struct sound_origin {
  std::string description;  ///< in words for people
  bool paced_by_device = false;
  bool replaceable_when_stuck = false;
  bool is_encoded_here = true;  ///< so that the codec's settings can be changed
  std::function<source_report()> report;
  source_maker make;
};

/// Sound that this node captures, of the shape that the codec's settings ask for, and encodes.
[[nodiscard]] sound_origin captured_sound(const node_settings& settings,
                                          std::unique_ptr<media::pcm_input> input);

/// Another node's stream.
[[nodiscard]] sound_origin linked_sound(const link_source& source,
                                        const std::shared_ptr<node_network>& network);

/// As the settings say. `network` may be null where they name no other node. Throws failure.
[[nodiscard]] sound_origin open_sound(const node_settings& settings,
                                      const std::shared_ptr<node_network>& network);

}  // namespace troupe
