#include "apps/node/line_server.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <future>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <sys/socket.h>

#include "apps/common/order_line.hpp"
#include "tests/integration/support/eventually.hpp"
#include "tests/unit/listen/scratch_directory.hpp"
#include "tests/unit/support/connect_to.hpp"

using namespace troupe;
using namespace std::chrono_literals;
using test::connect_to;
using test::eventually;

namespace {

constexpr auto patience = 5s;

/// Says each line again, and "slow" not before it may.
struct slow_server {
  slow_server() = default;
  slow_server(const slow_server&) = delete;
  slow_server& operator=(const slow_server&) = delete;
  ~slow_server() { let_answer(); }

  void let_answer() {
    if (!std::exchange(may_answer, true)) permission.set_value();
  }
  std::string answer(const std::string& line) {
    if (line == "slow") {
      ++begun;
      permitted.wait();
    }
    return line;
  }

  listening::test::scratch_directory directory;
  std::string path = directory.file("socket");
  std::promise<void> permission;
  std::shared_future<void> permitted = permission.get_future().share();
  bool may_answer = false;
  std::atomic<int> begun = 0;
  std::atomic<int> gone = 0;
  line_server server{
      path, delivery::socket_rights::owner,
      line_service{
          .refusal = {},
          .left = [this](const peer_identity&) { ++gone; },
          .answer = [this](const std::string& line, const peer_identity&) { return answer(line); },
          .takes_long = [](const std::string& line) { return line == "slow"; },
          .too_long = "it is too long"}};
};

void say(const descriptor& socket, const std::string& words) {
  REQUIRE(::send(socket.get(), words.data(), words.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(words.size()));
}

/// What comes, until it is `size` long or the end.
std::string heard(const descriptor& socket, std::size_t size) {
  std::string result(size, '\0');
  const auto got = ::recv(socket.get(), result.data(), size, MSG_WAITALL);
  result.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return result;
}

bool hears_nothing(const descriptor& socket) {
  char any = 0;
  return ::recv(socket.get(), &any, 1, MSG_DONTWAIT | MSG_PEEK) < 0;
}

}  // namespace

TEST_CASE("an answer that takes its time keeps no other caller waiting") {
  slow_server at;
  const auto patient = connect_to(at.path);
  say(patient, "slow\n");
  REQUIRE(eventually([&] { return at.begun == 1; }, patience));
  order_line other{at.path};
  CHECK(other.order("quick") == "quick");
  CHECK(hears_nothing(patient));
  at.let_answer();
  CHECK(heard(patient, 5) == "slow\n");
}

TEST_CASE("answers come in the order of the questions, however long each takes") {
  slow_server at;
  const auto patient = connect_to(at.path);
  say(patient, "first\nslow\nquick\n");
  CHECK(heard(patient, 6) == "first\n");
  say(patient, "last\n");
  order_line other{at.path};
  CHECK(other.order("quick") == "quick");
  CHECK(hears_nothing(patient));
  at.let_answer();
  CHECK(heard(patient, 16) == "slow\nquick\nlast\n");
}

TEST_CASE("whoever goes while it waits is let go of, and what it waits for is not made any more") {
  slow_server at;
  const auto patient = connect_to(at.path);
  say(patient, "slow\n");
  REQUIRE(eventually([&] { return at.begun == 1; }, patience));
  {
    const auto impatient = connect_to(at.path);
    say(impatient, "slow\n");
    order_line other{at.path};
    CHECK(other.order("quick") == "quick");  // so the one before was heard
  }
  CHECK(eventually([&] { return at.gone == 2; }, patience));
  at.let_answer();
  CHECK(heard(patient, 5) == "slow\n");
  order_line last{at.path};
  CHECK(last.order("slow") == "slow");
  CHECK(at.begun == 2);
}

TEST_CASE("an answer for one who has gone is nobody's") {
  slow_server at;
  {
    const auto impatient = connect_to(at.path);
    say(impatient, "slow\n");
    REQUIRE(eventually([&] { return at.begun == 1; }, patience));
  }
  CHECK(eventually([&] { return at.gone == 1; }, patience));
  order_line other{at.path};
  CHECK(other.order("quick") == "quick");
  at.let_answer();
  CHECK(other.order("slow") == "slow");
  CHECK(other.order("quick") == "quick");
}
