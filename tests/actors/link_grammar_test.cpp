#include "actors/network/link_grammar.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <caf/all.hpp>
#include <caf/io/basp/header.hpp>
#include <doctest/doctest.h>

#include "actors/network/network_system.hpp"
#include "actors/runtime/actor_system.hpp"
#include "protocol/type_ids.hpp"

using namespace troupe;
using caf::io::basp::header;
using caf::io::basp::message_type;
using network::initiative;
using network::link_grammar;

namespace {

/// As CAF writes it.
class writing {
 public:
  template <class... Values>
  std::string operator()(Values... values) {
    std::vector<char> bytes;
    caf::binary_serializer sink{system_, bytes};
    REQUIRE_FALSE(sink(values...));
    return {bytes.begin(), bytes.end()};
  }
  std::string head(message_type operation, const std::string& payload, std::uint8_t flags = 0) {
    return (*this)(header{operation, flags, static_cast<std::uint32_t>(payload.size()), 0, 11, 12});
  }
  std::string words(const caf::message& message) {
    return (*this)(std::vector<caf::strong_actor_ptr>{}, message);
  }

 private:
  runtime::node_system_config config_;
  caf::actor_system system_{config_};
};

/// One whose peer has greeted.
link_grammar greeted(writing& write) {
  link_grammar result{initiative::theirs};
  const std::string greeting = "any";
  REQUIRE(result.complaint(write.head(message_type::client_handshake, greeting)).empty());
  REQUIRE(result.complaint(greeting).empty());
  return result;
}

/// Of what an actor at the other node says.
std::string complaint_about(writing& write, const caf::message& said) {
  auto grammar = greeted(write);
  const auto payload = write.words(said);
  REQUIRE(grammar.complaint(write.head(message_type::direct_message, payload)).empty());
  return grammar.complaint(payload);
}

}  // namespace

TEST_CASE("what nodes tell each other may be said") {
  writing write;
  const auto may_be_said = [&](const auto&... values) {
    CHECK(complaint_about(write, caf::make_message(values...)).empty());
  };
  may_be_said(link_request{}, link_receiver_actor{});
  may_be_said(link_offer{}, link_sender_actor{});
  may_be_said(link_frame{.packet = std::vector<std::uint8_t>(1275)});
  may_be_said(link_path{});
  may_be_said(link_credit{});
  may_be_said(link_goodbye{"I leave"});
  may_be_said(clock_question{});
  may_be_said(clock_answer{});
  may_be_said(caf::make_error(caf::sec::invalid_argument, "for some reason"));
}

TEST_CASE("a peer may not end our actors, nor say anything else that nodes do not") {
  writing write;
  const auto complaint = [&](const auto&... values) {
    return complaint_about(write, caf::make_message(values...));
  };
  CHECK(complaint(caf::exit_msg{{}, caf::exit_reason::kill}) ==
        "it said what no node says (@<>+@exit)");
  CHECK_FALSE(complaint(caf::down_msg{}).empty());
  CHECK_FALSE(complaint(stop_atom::value).empty());
  CHECK_FALSE(complaint(tick_atom::value).empty());
  CHECK_FALSE(complaint(std::string(1000, '\n')).empty());
  CHECK_FALSE(complaint(link_credit{}, link_credit{}).empty());
}

TEST_CASE("a peer may not speak to an actor by its name, but for CAF's own question") {
  writing write;
  const auto complaint = [&](const caf::message& said) {
    auto grammar = greeted(write);
    const auto payload = write.words(said);
    REQUIRE(grammar
                .complaint(
                    write.head(message_type::direct_message, payload, header::named_receiver_flag))
                .empty());
    return grammar.complaint(payload);
  };
  CHECK(
      complaint(caf::make_message(caf::sys_atom::value, caf::get_atom::value, std::string{"info"}))
          .empty());
  CHECK_FALSE(complaint(caf::make_message(link_credit{})).empty());
  CHECK_FALSE(complaint(caf::make_message(std::string{"shell"})).empty());
}

TEST_CASE("a peer may not pass on what others say, nor greet out of turn") {
  writing write;
  auto grammar = greeted(write);
  CHECK_FALSE(grammar.complaint(write.head(message_type::routed_message, "any")).empty());
  grammar = greeted(write);
  CHECK_FALSE(grammar.complaint(write.head(message_type::server_handshake, "any")).empty());
  grammar = greeted(write);
  CHECK(grammar.complaint(write.head(message_type::heartbeat, "")).empty());
  CHECK(grammar.complaint(write.head(message_type::monitor_message, "any")).empty());
  link_grammar begins{initiative::theirs};
  CHECK_FALSE(begins.complaint(write.head(message_type::heartbeat, "")).empty());
  link_grammar answers{initiative::ours};
  CHECK(answers.complaint(write.head(message_type::server_handshake, "any")).empty());
}

TEST_CASE("words that are cut off, or promise more than there is, are refused") {
  writing write;
  const auto whole = write.words(caf::make_message(link_credit{}));
  for (std::size_t size = 0; size < std::string{"..@<>+troupe::link_credit"}.size(); ++size) {
    auto grammar = greeted(write);
    REQUIRE(grammar.complaint(write.head(message_type::direct_message, whole)).empty());
    CHECK_FALSE(grammar.complaint(std::span{whole}.first(size)).empty());
  }
  for (const std::string& noise : {std::string(40, '\xff'), std::string(40, '\0')}) {
    auto grammar = greeted(write);
    REQUIRE(grammar.complaint(write.head(message_type::direct_message, noise)).empty());
    CHECK_FALSE(grammar.complaint(noise).empty());
  }
}
