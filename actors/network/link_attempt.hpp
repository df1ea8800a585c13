#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "actors/network/link_candidates.hpp"
#include "actors/network/link_dial.hpp"
#include "actors/network/link_receiver_colleagues.hpp"
#include "actors/network/link_scribe.hpp"
#include "actors/network/link_settings.hpp"
#include "actors/supervision/player.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::network {

/// Ends `connection`, if there is one, once what was said has gone out.
void hang_up(caf::actor_system& system, const caf::intrusive_ptr<link_scribe>& connection);

/// On the way to a candidate, on behalf of a link's receiving end: finds its host's addresses,
/// connects to one after the other until there is a node, and asks that for its stream.
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
  link_attempt(const link_attempt&) = delete;
  link_attempt& operator=(const link_attempt&) = delete;
  ~link_attempt();

  void begin();
  /// After a readiness.
  void go_on();
  /// Whatever is under way is given up then.
  [[nodiscard]] steady_time deadline() const { return deadline_; }
  void give_up_step();

  [[nodiscard]] const link_candidate& whom() const { return whom_; }
  /// The candidate's, once it took us in.
  [[nodiscard]] caf::intrusive_ptr<link_scribe> take_connection();

 private:
  void look_up_host();
  void dial_next_endpoint(const std::string& why_not_the_last);
  void go_on_dialling();
  void greet();
  void ask(const caf::strong_actor_ptr& whom, const std::set<std::string>& interface);
  void fail_endpoint(const std::string& why);
  void fail(const std::string& why);
  void begin_step();
  template <class... Answer, class Act>
  [[nodiscard]] auto if_still_awaited(Act act) const;
  [[nodiscard]] std::string why_no_answer() const;
  [[nodiscard]] std::string why_not_greeted(const caf::error& error) const;
  [[nodiscard]] std::string tls_hint(const char* words) const;

  player* self_;
  const link_settings& settings_;
  const link_receiver_colleagues& colleagues_;
  link_candidate& whom_;
  outcomes outcomes_;
  steady_time deadline_{};
  std::shared_ptr<const bool> step_;     ///< answers to an earlier one are not heard
  std::vector<tcp_endpoint> endpoints_;  ///< that are still to be tried, from the back
  std::unique_ptr<link_dial> dial_;
  caf::intrusive_ptr<link_scribe> connection_;
  bool has_asked_ = false;  ///< it is a node, and its word counts
};

}  // namespace troupe::network
