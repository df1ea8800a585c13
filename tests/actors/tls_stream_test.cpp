#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <sys/socket.h>

#include "actors/network/certificate_authority.hpp"
#include "actors/network/tls_context.hpp"
#include "protocol/failure.hpp"
#include "tests/actors/support/credentials.hpp"

using namespace troupe;
using namespace troupe::network;
using namespace std::chrono_literals;
using progress = byte_stream::progress;
using test::credentials;
using test::valid_now;

namespace {

using validity = certificate_authority::validity;

validity valid_until_yesterday() {
  const auto now = std::chrono::system_clock::now();
  return {.from = now - 48h, .until = now - 24h};
}

/// Both ends of a connection that begins; without a context an end is plain.
struct connection {
  connection(const std::shared_ptr<const tls_context>& here,
             const std::shared_ptr<const tls_context>& there) {
    std::array<int, 2> sockets{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets.data()) ==
            0);
    ours = make_stream(descriptor{sockets[0]}, initiative::ours, here);
    theirs = make_stream(descriptor{sockets[1]}, initiative::theirs, there);
  }

  /// Both go on as long as there is something to do.
  void shake_hands() {
    for (int i = 0; i < 10; ++i) {
      our_state = ours->shake_hands().state;
      their_state = theirs->shake_hands().state;
    }
  }

  byte_stream_ptr ours;
  byte_stream_ptr theirs;
  progress our_state{};
  progress their_state{};
};

/// Why the node that was called refuses the one that calls.
std::string refusal(const credentials& caller, const credentials& called) {
  connection between{caller.context(), called.context()};
  between.shake_hands();
  REQUIRE(between.their_state == progress::failed);
  return between.theirs->failure();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("two nodes of one authority shake hands, and what is said is heard") {
  const certificate_authority authority{"authority", valid_now()};
  const credentials a{authority.issue("a", valid_now()), authority.identity()};
  const credentials b{authority.issue("b", valid_now()), authority.identity()};
  connection between{a.context(), b.context()};
  between.shake_hands();
  REQUIRE(between.our_state == progress::made);
  REQUIRE(between.their_state == progress::made);

  const std::string said(100'000, 'x');
  std::string heard;
  std::size_t written = 0;
  std::array<char, 64 * 1024> buffer{};
  while (heard.size() < said.size()) {
    if (written < said.size())
      written += between.ours->write(std::span{said}.subspan(written)).bytes;
    const auto read = between.theirs->read(buffer);
    REQUIRE((read.state == progress::made || read.state == progress::awaits_read));
    heard.append(buffer.data(), read.bytes);
  }
  CHECK(heard == said);

  between.ours->end();
  CHECK(between.theirs->read(buffer).state == progress::over);
}

TEST_CASE("a node is refused whose certificate is of another authority, or has expired") {
  const certificate_authority authority{"authority", valid_now()};
  const certificate_authority other{"another", valid_now()};
  const credentials called{authority.issue("called", valid_now()), authority.identity()};
  const credentials stranger{other.issue("stranger", valid_now()), authority.identity()};
  CHECK(contains(refusal(stranger, called), "is not from the authority"));
  const credentials late{authority.issue("late", valid_until_yesterday()), authority.identity()};
  CHECK(contains(refusal(late, called), "has expired"));
}

TEST_CASE("the one that calls is told why it is refused") {
  const certificate_authority authority{"authority", valid_now()};
  const certificate_authority other{"another", valid_now()};
  const credentials called{authority.issue("called", valid_now()), authority.identity()};
  const credentials stranger{other.issue("stranger", valid_now()), authority.identity()};
  connection between{stranger.context(), called.context()};
  between.shake_hands();
  std::array<char, 100> buffer{};
  CHECK(between.ours->read(buffer).state == progress::failed);
  CHECK(contains(between.ours->failure(), "refused our certificate"));
}

TEST_CASE("a node does not speak to one of another authority that it calls") {
  const certificate_authority authority{"authority", valid_now()};
  const certificate_authority other{"another", valid_now()};
  const credentials caller{authority.issue("caller", valid_now()), authority.identity()};
  const credentials stranger{other.issue("stranger", valid_now()), authority.identity()};
  connection between{caller.context(), stranger.context()};
  between.shake_hands();
  CHECK(between.our_state == progress::failed);
  CHECK(contains(between.ours->failure(), "is not from the authority"));
}

TEST_CASE("what is not TLS is refused as such") {
  const certificate_authority authority{"authority", valid_now()};
  const credentials called{authority.issue("called", valid_now()), authority.identity()};
  for (const std::string said : {"GET / HTTP/1.0\r\n\r\n", "hello, is there anybody at all?",
                                 "\x16\x03\x01\xff\xff and so on, and so on"}) {
    connection between{nullptr, called.context()};
    REQUIRE(between.ours->write(said).bytes == said.size());
    CHECK(between.theirs->shake_hands().state == progress::failed);
    CHECK(contains(between.theirs->failure(), "TLS"));
  }
}

TEST_CASE("a node knows that others would refuse its own certificate") {
  const certificate_authority authority{"authority", valid_now()};
  const certificate_authority other{"another", valid_now()};
  const auto complaint = [](const tls_identity& its_own, const certificate_authority& trusted) {
    const credentials node{its_own, trusted.identity()};
    return node.context()->complaint();
  };
  CHECK(complaint(authority.issue("a", valid_now()), authority).empty());
  CHECK(contains(complaint(authority.issue("a", valid_now()), other), "is not from the authority"));
  CHECK(
      contains(complaint(authority.issue("a", valid_until_yesterday()), authority), "has expired"));
}

TEST_CASE("a certificate for one direction alone is refused at once, not by whom it is shown to") {
  const certificate_authority authority{"authority", valid_now()};
  const auto complaint = [&](const std::string& purposes) {
    const credentials node{authority.issue("a", valid_now(), purposes), authority.identity()};
    return node.context()->complaint();
  };
  CHECK(contains(complaint("serverAuth"), "clientAuth"));
  CHECK(contains(complaint("clientAuth"), "serverAuth"));
}

TEST_CASE("files that cannot be used for TLS are refused by name") {
  const certificate_authority authority{"authority", valid_now()};
  const credentials good{authority.issue("good", valid_now()), authority.identity()};
  const credentials other{authority.issue("other", valid_now()), authority.identity()};
  const auto refusal_of = [](const tls_files& files) {
    try {
      const tls_context refused{files};
      return std::pair{failure_kind::bad_config, std::string{}};
    } catch (const failure& trouble) {
      return std::pair{trouble.kind(), std::string{trouble.what()}};
    }
  };
  auto files = good.files();
  files.key = other.files().key;
  CHECK(refusal_of(files).first == failure_kind::bad_value);
  CHECK(contains(refusal_of(files).second, files.key));
  files.key = good.files().certificate;
  CHECK(refusal_of(files).first == failure_kind::unknown_format);
  files = good.files();
  files.certificate += ".absent";
  CHECK(refusal_of(files).first == failure_kind::unreadable);
  CHECK(contains(refusal_of(files).second, files.certificate));
  files = good.files();
  files.authority = files.key;
  CHECK(refusal_of(files).first == failure_kind::unknown_format);
}
