#pragma once

#include <cstdint>
#include <string>

#include <caf/atom.hpp>
#include <caf/fwd.hpp>
#include <caf/mailbox_element.hpp>

namespace troupe::probe {

/// The kind of a message, or what a turn without one is for: an atom that it begins with, or the
/// type of its first part.
struct message_kind {
  enum class form : std::uint8_t {
    nothing,        ///< an empty message
    atom,           ///< `value` is one
    type_number,    ///< one that CAF knows by a number
    internal_type,  ///< that never leaves the process: `value` is where its std::type_info is
  };

  form what = form::nothing;
  std::uint64_t value = 0;

  [[nodiscard]] static message_kind of(const caf::mailbox_element& message) noexcept;
  [[nodiscard]] static constexpr message_kind of(caf::atom_value atom) noexcept {
    return {form::atom, static_cast<std::uint64_t>(atom)};
  }

  /// In words for people, such as "client_report" or "tick".
  [[nodiscard]] std::string name(caf::actor_system& system) const;

  friend bool operator==(const message_kind&, const message_kind&) = default;
};

}  // namespace troupe::probe
