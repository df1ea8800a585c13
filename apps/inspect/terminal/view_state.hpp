#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "apps/inspect/terminal/style.hpp"
#include "apps/inspect/terminal/table.hpp"

namespace troupe::inspecting::terminal {

/// What the view shows below its head, in the order of its tabs.
enum class page : std::uint8_t { actors, tree, latency, clients, links, flows, events };
inline constexpr std::size_t page_count = 7;

/// What is to be asked of the node that is shown.
struct request {
  std::string question;  ///< a line of protocol/inspection.md
  friend bool operator==(const request&, const request&) = default;
};

/// The filter of the page that is shown is being typed.
struct filter_prompt {
  std::string before;  ///< what it was, for who gives up
};

/// A question whose answer is y or n.
struct confirmation {
  std::string question;
  request what;
};

/// One of the levels is being chosen.
struct log_level_prompt {};

using prompt = std::variant<std::monostate, filter_prompt, confirmation, log_level_prompt>;

/// What was made of the view by keys. Nothing in it depends on a terminal.
struct view_state {
  std::size_t node = 0;     ///< where the node that is shown is among the scene's
  std::string chosen_node;  ///< its target, by which it is followed; empty before the first scene
  page shown = page::actors;
  std::array<table_state, page_count> tables;
  bool unfolds_connections = false;

  std::optional<std::string> opened_actor;  ///< its page lies over the one that is shown
  table_state handlers;                     ///< of that actor

  bool shows_help = false;
  table_state help;

  bool is_paused = false;
  prompt asks;
  styled_text notice;  ///< what came of the last action, until the next key

  /// Of the table that keys go to.
  [[nodiscard]] table_state& table() {
    auto& of_page = tables[static_cast<std::size_t>(shown)];
    return shows_help ? help : opened_actor ? handlers : of_page;
  }
  [[nodiscard]] const table_state& table() const {
    const auto& of_page = tables[static_cast<std::size_t>(shown)];
    return shows_help ? help : opened_actor ? handlers : of_page;
  }
};

}  // namespace troupe::inspecting::terminal
