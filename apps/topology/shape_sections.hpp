#pragma once

#include "apps/topology/expectations_section.hpp"
#include "apps/topology/plan.hpp"
#include "apps/topology/toml_section.hpp"

namespace troupe::topology {

/// What would take many [[node]] and [[listener]] tables to say: each adds its relays, and their
/// listeners, below a root, which it adds as well where it has a source.

/// [[tree]]: relays ROOT-1, ROOT-1-1, ... of a depth, each with as many below it.
void read_tree(toml_section section, const expectations& expected, plan& planned);

/// [[chain]]: relays ROOT-1, ROOT-2, ..., each below the one before.
void read_chain(toml_section section, const expectations& expected, plan& planned);

/// [[star]]: relays ROOT-1, ROOT-2, ..., all below the root.
void read_star(toml_section section, const expectations& expected, plan& planned);

/// What a listener is called that has no name of its own.
[[nodiscard]] std::string usual_listener_name(const std::string& node);

/// The key `by`: whether it is "link" rather than "socket".
[[nodiscard]] bool is_over_link(toml_section& section);

}  // namespace troupe::topology
