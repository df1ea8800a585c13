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
using network::link_purpose;

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
  std::string head(message_type operation, const std::string& payload, std::uint8_t flags = 0,
                   std::uint64_t number = 0) {
    return (*this)(
        header{operation, flags, static_cast<std::uint32_t>(payload.size()), number, 11, 12});
  }
  std::string words(const caf::message& message) {
    return (*this)(std::vector<caf::strong_actor_ptr>{}, message);
  }

 private:
  runtime::node_system_config config_;
  caf::actor_system system_{config_};
};

constexpr std::uint64_t answer = caf::message_id::response_flag_mask | 1;

/// One whose peer has greeted.
link_grammar greeted(writing& write, initiative whose = initiative::theirs,
                     link_purpose purpose = link_purpose::unknown) {
  link_grammar result{whose, purpose};
  const std::string greeting = "any";
  const auto operation =
      whose == initiative::theirs ? message_type::client_handshake : message_type::server_handshake;
  REQUIRE(result.complaint(write.head(operation, greeting)).empty());
  REQUIRE(result.complaint(greeting).empty());
  return result;
}

/// Of what an actor at the other node says.
std::string complaint_about(writing& write, const caf::message& said,
                            initiative whose = initiative::theirs, std::uint64_t number = 0) {
  auto grammar = greeted(write, whose);
  const auto payload = write.words(said);
  REQUIRE(grammar.complaint(write.head(message_type::direct_message, payload, 0, number)).empty());
  return grammar.complaint(payload);
}

}  // namespace

TEST_CASE("what nodes tell each other may be said") {
  writing write;
  const auto may_be_said = [&](initiative whose, std::uint64_t number, const auto&... values) {
    const auto said = caf::make_message(values...);
    CHECK(complaint_about(write, said, whose, number).empty());
  };
  may_be_said(initiative::theirs, 1, link_request{}, link_receiver_actor{});
  may_be_said(initiative::theirs, 0, link_credit{});
  may_be_said(initiative::theirs, 0, link_goodbye{"I leave"});
  may_be_said(initiative::theirs, 1, clock_question{});
  may_be_said(initiative::ours, answer, link_offer{}, link_sender_actor{});
  may_be_said(initiative::ours, answer, clock_answer{});
  may_be_said(initiative::ours, 0, link_frame{.packet = std::vector<std::uint8_t>(1275)});
  may_be_said(initiative::ours, 0, link_path{});
  may_be_said(initiative::ours, 0, link_goodbye{"the node ends"});
  const auto error = caf::make_error(caf::sec::invalid_argument, "for some reason");
  may_be_said(initiative::ours, answer, error);
  may_be_said(initiative::theirs, answer, error);
}

TEST_CASE("who calls may inspect, and who is called may answer, and neither the reverse") {
  writing write;
  const auto question = caf::make_message(inspection_question{.text = "what?"});
  const auto rest = caf::make_message(inspection_continuation{});
  const auto its_answer = caf::make_message(inspection_answer{});
  CHECK(complaint_about(write, question, initiative::theirs, 1).empty());
  CHECK(complaint_about(write, rest, initiative::theirs, 1).empty());
  CHECK(complaint_about(write, its_answer, initiative::ours, answer).empty());
  CHECK_FALSE(complaint_about(write, question, initiative::ours, 1).empty());
  CHECK_FALSE(complaint_about(write, its_answer, initiative::theirs, answer).empty());
  CHECK_FALSE(complaint_about(write, its_answer, initiative::ours, 1).empty());
}

TEST_CASE("a peer that inspects has nothing to do with streams, nor the reverse") {
  writing write;
  const auto complaint = [&](link_grammar& grammar, const caf::message& said,
                             std::uint64_t number) {
    const auto payload = write.words(said);
    REQUIRE(
        grammar.complaint(write.head(message_type::direct_message, payload, 0, number)).empty());
    return grammar.complaint(payload);
  };
  const auto question = caf::make_message(inspection_question{});
  const auto credit = caf::make_message(link_credit{});
  auto inspector = greeted(write);
  CHECK(complaint(inspector, question, 1).empty());
  CHECK_FALSE(complaint(inspector, credit, 0).empty());
  auto subscriber = greeted(write);
  CHECK(complaint(subscriber, credit, 0).empty());
  CHECK_FALSE(complaint(subscriber, question, 1).empty());
  auto inspected = greeted(write, initiative::ours, link_purpose::inspection);
  CHECK_FALSE(complaint(inspected, caf::make_message(link_frame{}), 0).empty());
  const auto error = caf::make_message(caf::make_error(caf::sec::invalid_argument));
  CHECK(complaint(inspected, error, answer).empty());
}

TEST_CASE("a node speaks by a few actors, and not by ever more") {
  writing write;
  auto grammar = greeted(write);
  const auto payload = write.words(caf::make_message(link_credit{}));
  const auto complaint_about_speaker = [&](std::uint64_t speaker) {
    const auto why = grammar.complaint(
        write(header{message_type::direct_message, 0, static_cast<std::uint32_t>(payload.size()), 0,
                     speaker, 12}));
    return why.empty() ? grammar.complaint(payload) : why;
  };
  for (int i = 0; i < 1000; ++i) CHECK(complaint_about_speaker(1).empty());
  for (std::uint64_t i = 1; i <= 64; ++i) CHECK(complaint_about_speaker(i).empty());
  CHECK_FALSE(complaint_about_speaker(65).empty());
}

TEST_CASE("an error that answers nothing may not be said: whoever gets it would end") {
  writing write;
  const auto said = caf::make_message(caf::make_error(caf::sec::runtime_error));
  for (const auto whose : {initiative::ours, initiative::theirs}) {
    CHECK_FALSE(complaint_about(write, said, whose).empty());
    CHECK_FALSE(complaint_about(write, said, whose, 1).empty());
  }
}

TEST_CASE("what is an answer may not be said unasked, nor anything else in the place of one") {
  writing write;
  CHECK_FALSE(
      complaint_about(write, caf::make_message(link_frame{}), initiative::ours, answer).empty());
  CHECK_FALSE(complaint_about(write, caf::make_message(clock_answer{}), initiative::ours).empty());
}

TEST_CASE("whatever has a payload comes with one, and what has none comes without") {
  writing write;
  for (int operation = 0; operation < 256; ++operation) {
    const auto which = static_cast<message_type>(operation);
    for (const auto whose : {initiative::ours, initiative::theirs}) {
      CAPTURE(operation);
      CHECK_FALSE(link_grammar{whose}.complaint(write.head(which, "")).empty());
      auto grammar = greeted(write, whose);
      CHECK(grammar.complaint(write.head(which, "")).empty() == (which == message_type::heartbeat));
    }
  }
  auto grammar = greeted(write);
  CHECK_FALSE(grammar.complaint(write.head(message_type::heartbeat, "any")).empty());
}

TEST_CASE("a peer may greet twice, as the same node, and no more") {
  writing write;
  const auto greets = [&](link_grammar& grammar, const std::string& as) {
    const auto why = grammar.complaint(write.head(message_type::client_handshake, as));
    return why.empty() ? grammar.complaint(as) : why;
  };
  auto twice = greeted(write);
  CHECK(greets(twice, "any").empty());
  CHECK_FALSE(greets(twice, "any").empty());
  auto another = greeted(write);
  CHECK_FALSE(greets(another, "one").empty());
  link_grammar verbose{initiative::theirs};
  CHECK_FALSE(greets(verbose, std::string(5000, 'x')).empty());
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
