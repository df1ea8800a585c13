#pragma once

#include <functional>
#include <set>
#include <string>

#include "actors/network/link_candidates.hpp"
#include "actors/network/link_receiver_colleagues.hpp"
#include "actors/network/link_settings.hpp"
#include "actors/network/node_call.hpp"
#include "actors/supervision/player.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::network {

/// On the way to a candidate, on behalf of a link's receiving end: calls it, and asks it for its
/// stream.
class link_attempt {
 public:
  using player = supervision::player<link_receiver_actor::base>;

  /// One of them is called, once, unless the attempt is destroyed before: which they may do.
  struct outcomes {
    std::function<void(const link_offer&, const link_sender_actor&)> taken_in;
    std::function<void(const std::string& why)> failed;
  };

  /// All outlive the attempt.
  link_attempt(player* self, const link_settings& settings,
               const link_receiver_colleagues& colleagues, link_candidate& whom,
               outcomes its_outcomes);

  void begin() { call_.begin(); }
  /// After a readiness.
  void go_on() { call_.go_on(); }
  /// Whatever is under way is given up then.
  [[nodiscard]] steady_time deadline() const { return call_.deadline(); }
  void give_up_step();

  [[nodiscard]] const link_candidate& whom() const { return whom_; }
  /// The candidate's, once it took us in.
  [[nodiscard]] caf::intrusive_ptr<link_scribe> take_connection() {
    return call_.take_connection();
  }

 private:
  void ask(const caf::strong_actor_ptr& whom, const std::set<std::string>& interface);
  void fail(const std::string& why);

  player* self_;
  const link_settings& settings_;
  const link_receiver_colleagues& colleagues_;
  const link_candidate& whom_;
  outcomes outcomes_;
  node_call call_;
};

}  // namespace troupe::network
