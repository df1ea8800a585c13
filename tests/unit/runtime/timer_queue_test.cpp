#include "actors/runtime/timer_queue.hpp"

#include <chrono>
#include <string>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <doctest/doctest.h>

using namespace troupe;
using namespace std::chrono_literals;

namespace {

/// A clock that is asked, and the actor whose timeouts it has.
struct timed {
  void message(std::chrono::milliseconds due, int number) {
    queue.schedule_message(steady_time{due}, caf::actor_cast<caf::strong_actor_ptr>(self),
                           caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, number));
  }
  void timeout(std::chrono::milliseconds due, std::uint64_t id) {
    queue.set_multi_timeout(steady_time{due}, self.ptr(), caf::atom("test"), id);
  }

  /// What comes of the time until `now`: messages by their number, timeouts as -id.
  std::vector<int> sent_by(std::chrono::milliseconds now) {
    queue.send_due(steady_time{now});
    std::vector<int> heard;
    bool more = true;
    while (more)
      self->receive(
          [&](int number) { heard.push_back(number); },
          [&](const caf::timeout_msg& it) { heard.push_back(-static_cast<int>(it.timeout_id)); },
          caf::after(0ms) >> [&] { more = false; });
    return heard;
  }

  int first_changes = 0;
  runtime::timer_queue queue{[this] { ++first_changes; }};
  caf::actor_system_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
};

using numbers = std::vector<int>;

}  // namespace

TEST_CASE("what is due is sent in the order of its time, and what is not stays") {
  timed it;
  CHECK_FALSE(it.queue.next_due());
  it.message(30ms, 3);
  it.message(10ms, 1);
  it.message(20ms, 2);
  it.message(10ms, 11);
  CHECK(it.queue.next_due() == steady_time{10ms});
  CHECK(it.sent_by(9ms).empty());
  CHECK(it.sent_by(25ms) == numbers{1, 11, 2});
  CHECK(it.queue.next_due() == steady_time{30ms});
  CHECK(it.sent_by(30ms) == numbers{3});
  CHECK_FALSE(it.queue.next_due());
}

TEST_CASE("whoever waits for the time is told when something is due earlier than all else") {
  timed it;
  it.message(30ms, 3);
  CHECK(it.first_changes == 1);
  it.message(40ms, 4);
  CHECK(it.first_changes == 1);
  it.message(20ms, 2);
  CHECK(it.first_changes == 2);
}

TEST_CASE("timeouts that were cancelled never come, and messages cannot be cancelled") {
  timed it;
  for (int i = 1; i <= 20; ++i) {
    it.timeout(std::chrono::milliseconds{100 - i}, static_cast<std::uint64_t>(i));
    it.message(std::chrono::milliseconds{i}, i);
  }
  it.queue.cancel_timeouts(it.self.ptr());
  CHECK(it.queue.next_due() == steady_time{1ms});
  CHECK(it.sent_by(200ms).size() == 20);
}

TEST_CASE("a timeout takes the place of an earlier one of its type, others stay beside it") {
  timed it;
  it.queue.set_ordinary_timeout(steady_time{50ms}, it.self.ptr(), caf::atom("one"), 1);
  it.queue.set_ordinary_timeout(steady_time{60ms}, it.self.ptr(), caf::atom("other"), 2);
  it.queue.set_ordinary_timeout(steady_time{70ms}, it.self.ptr(), caf::atom("one"), 3);
  CHECK(it.queue.next_due() == steady_time{60ms});
  it.queue.cancel_ordinary_timeout(it.self.ptr(), caf::atom("other"));
  CHECK(it.queue.next_due() == steady_time{70ms});
}

TEST_CASE("a cancelled request's timeout never comes") {
  timed it;
  const auto first = caf::make_message_id(caf::message_id::default_async_value + 1);
  const auto second = caf::make_message_id(caf::message_id::default_async_value + 2);
  it.queue.set_request_timeout(steady_time{10ms}, it.self.ptr(), first);
  it.queue.set_request_timeout(steady_time{20ms}, it.self.ptr(), second);
  it.queue.cancel_request_timeout(it.self.ptr(), first);
  CHECK(it.queue.next_due() == steady_time{20ms});
  it.queue.cancel_all();
  CHECK_FALSE(it.queue.next_due());
}
