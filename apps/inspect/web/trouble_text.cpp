#include "apps/inspect/web/trouble_text.hpp"

namespace troupe::inspecting::web {

std::string_view trouble_text(const actor_trouble& trouble) {
  if (trouble.is_stuck) return "stuck";
  if (trouble.waits_for_restart) return "waits for its restart";
  if (trouble.is_long_at_a_message) return "long at a message";
  if (trouble.was_just_restarted) return "just restarted";
  if (trouble.is_slow) return "slow";
  if (trouble.is_slow_beside_encoding) return "slow beside encoding";
  if (trouble.is_busy) return "busy";
  if (trouble.has_growing_mailbox) return "falls behind";
  return {};
}

}  // namespace troupe::inspecting::web
