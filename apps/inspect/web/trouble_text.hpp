#pragma once

#include <string_view>

#include "apps/inspect/model/findings.hpp"

namespace troupe::inspecting::web {

/// The worst of it in a word or two; empty where all is well.
[[nodiscard]] std::string_view trouble_text(const actor_trouble& trouble);

}  // namespace troupe::inspecting::web
