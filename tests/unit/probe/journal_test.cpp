#include "actors/probe/journal.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using probe::event_kind;
using probe::event_level;
using probe::journal;

TEST_CASE("a journal remembers the last events, by numbers that go on") {
  journal kept;
  CHECK(kept.last() == 0);
  CHECK(kept.after(0).empty());
  for (std::size_t i = 0; i < journal::limit + 5; ++i)
    kept.add(event_kind::client, event_level::info, "client 1", "it came");
  const auto all = kept.after(0);
  REQUIRE(all.size() == journal::limit);
  CHECK(all.front().number == 6);
  CHECK(all.back().number == journal::limit + 5);
  CHECK(kept.last() == journal::limit + 5);
}

TEST_CASE("whoever asks for what came after an event gets just that") {
  journal kept;
  kept.add(event_kind::actor, event_level::error, "source", "source failed");
  kept.add(event_kind::actor, event_level::info, "source", "source is back");
  const auto news = kept.after(1);
  REQUIRE(news.size() == 1);
  CHECK(news[0].text == "source is back");
  CHECK(news[0].kind == event_kind::actor);
  CHECK(news[0].level == event_level::info);
  CHECK(news[0].subject == "source");
  CHECK(kept.after(2).empty());
  CHECK(kept.after(100).empty());
}
