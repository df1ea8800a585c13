#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include "apps/inspect/node_view.hpp"

namespace troupe::inspecting::web {

/// A node's latest snapshot as an event for browsers, with what it and the one before give together
/// and what stands out. It is written once, by the first who reads it: without browsers it is not.
class snapshot_event {
 public:
  /// The view has a reading. `id` is what browsers know the node by.
  snapshot_event(std::size_t id, std::shared_ptr<const node_view> view);

  /// For any thread.
  [[nodiscard]] const std::string& text();

 private:
  std::size_t id_;
  std::shared_ptr<const node_view> view_;
  std::once_flag written_;
  std::string text_;
};

}  // namespace troupe::inspecting::web
