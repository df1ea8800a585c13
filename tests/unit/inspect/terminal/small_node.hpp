#pragma once

#include <cstddef>
#include <memory>

#include "apps/inspect/model/snapshot.hpp"
#include "apps/inspect/node_view.hpp"
#include "apps/inspect/terminal/scene.hpp"

namespace troupe::test {

/// A node called "kitchen" that streams a tone to so many clients, in good order.
[[nodiscard]] inspecting::snapshot small_node(std::size_t clients = 3);

/// The same a second later: 50 frames have gone to everybody.
[[nodiscard]] inspecting::snapshot one_second_later(inspecting::snapshot earlier);

/// The actor of that name, which has to be there.
[[nodiscard]] inspecting::actor_facts& actor_in(inspecting::snapshot& node, const char* name);

/// A node that answered so, and a second before with `earlier`.
[[nodiscard]] std::shared_ptr<inspecting::node_view> view_of(const inspecting::snapshot& earlier,
                                                             const inspecting::snapshot& later);

/// What is to be drawn of one such node.
[[nodiscard]] inspecting::terminal::scene scene_of(
    std::shared_ptr<const inspecting::node_view> view);
[[nodiscard]] inspecting::terminal::scene scene_of(const inspecting::snapshot& earlier,
                                                   const inspecting::snapshot& later);
/// Of the node in good order.
[[nodiscard]] inspecting::terminal::scene small_scene(std::size_t clients = 3);
/// Of that node, and of another that is called "hall".
[[nodiscard]] inspecting::terminal::scene scene_of_two();

}  // namespace troupe::test
