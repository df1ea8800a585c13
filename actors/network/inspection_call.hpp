#pragma once

#include <memory>
#include <optional>
#include <string>

#include <caf/stateful_actor.hpp>

#include "actors/network/node_call.hpp"
#include "protocol/type_ids.hpp"

namespace troupe::network {

/// Whom an inspector calls, and with what.
struct inspection_call_settings {
  node_call_settings node;  ///< but for purpose and limits, which are those of inspection
  std::string asker;        ///< who asks, for people
  runtime::poller* poller = nullptr;
  caf::actor broker;  ///< CAF's, for what nodes tell each other
};

struct inspection_call_state {
  static inline const char* name = "inspection_call";

  explicit inspection_call_state(inspection_call_actor::pointer its_self) : self(its_self) {}
  ~inspection_call_state() { hang_up(self->system(), connection); }

  void open(inspection_call_settings its_settings);
  [[nodiscard]] caf::result<std::string> ask(const std::string& question);
  void call();
  void look_at_call();
  void begin(const caf::strong_actor_ptr& whom, const std::set<std::string>& interface);
  void send_question();
  template <class Words>
  void send(const Words& said);
  void take(const inspection_answer& part);
  void answer(std::string with);
  void answer(const caf::error& with);
  void fail(caf::sec kind, const std::string& why);

  inspection_call_actor::pointer self;
  inspection_call_settings settings;
  std::unique_ptr<host_lookup> lookup;
  std::optional<node_call> under_way;
  caf::intrusive_ptr<link_scribe> connection;
  inspected_actor door;  ///< once the node has answered the call
  std::string question;  ///< in hand
  std::string answered;  ///< so far
  caf::typed_response_promise<std::string> asked;
  caf::error failure;  ///< for good
};

/// Calls a node at the first question, and asks it one after the other. Errors hold why, in words
/// for people: `sec::cannot_connect_to_node` where no node answers, `sec::invalid_argument` where
/// it refuses to be asked, others where the call is lost, or one question has no answer. Once the
/// call has failed, so does every question.
inspection_call_actor::behavior_type inspection_call(
    inspection_call_actor::stateful_pointer<inspection_call_state> self,
    inspection_call_settings settings);

}  // namespace troupe::network
