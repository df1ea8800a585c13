#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "apps/inspect/text/printable.hpp"
#include "apps/inspect/text/short_numbers.hpp"
#include "apps/inspect/text/text_width.hpp"

using namespace troupe::inspecting;
using namespace std::chrono_literals;

TEST_CASE("what a node says is shown without what a terminal would act on") {
  CHECK(printable("Küche, ярд, 3 → 4") == "Küche, ярд, 3 → 4");
  CHECK(printable("\x1b[2Jgone\n\t\x7f") == "?[2Jgone???");
  // A C1 control, no character at all, from right to left, without width, and two cells wide.
  CHECK(printable("\xc2\x9b|\xff|\u202E|\u200B|\u0301|\U0001F600|漢") == "?|?|?|?|?|?|?");
  CHECK(printable(std::string{"a\0b", 3}) == "a?b");
}

TEST_CASE("what a node says goes to other programs in its own letters, but without controls") {
  CHECK(without_controls("Küche, 漢, \U0001F600") == "Küche, 漢, \U0001F600");
  CHECK(without_controls("\x1b[2Jgone\n\t\x7f\xc2\x9b") == " [2Jgone    ");
  CHECK(without_controls("\x9b|\xff") == "\uFFFD|\uFFFD");
}

TEST_CASE("bytes that are no UTF-8 are one character each, whatever follows them") {
  CHECK(width_of("\xc3") == 1);
  CHECK(width_of("\xc3(") == 2);
  CHECK(width_of("\xe2\x82") == 2);
  CHECK(width_of("\xf5\x80") == 2);
  CHECK(code_points("ä€😀") == U"ä€😀");
}

TEST_CASE("code points become the UTF-8 that they were read from") {
  const std::string text = "a ä € 😀";
  std::string again;
  for (const char32_t each : code_points(text)) append_utf8(again, each);
  CHECK(again == text);
}

TEST_CASE("text that is too long ends with a sign for the rest") {
  CHECK(shortened("Küche", 5) == "Küche");
  CHECK(shortened("Küche", 4) == "Küc…");
  CHECK(shortened("Küche", 1) == "…");
  CHECK(shortened("Küche", 0) == "");
}

TEST_CASE("a long text is broken between words, and within one where there is no other way") {
  CHECK(wrapped("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrapped("one two three", 6) == std::vector<std::string>{"one", "two", "three"});
  CHECK(wrapped("incomprehensible", 6) == std::vector<std::string>{"incomp", "rehens", "ible"});
  CHECK(wrapped("", 6).empty());
}

TEST_CASE("times are told in six cells at most") {
  CHECK(short_time(0ns) == "0 µs");
  CHECK(short_time(1234ns) == "1.2 µs");
  CHECK(short_time(999499ns) == "999 µs");
  CHECK(short_time(999500ns) == "1.0 ms");
  CHECK(short_time(123ms) == "123 ms");
  CHECK(short_time(9949ms) == "9.9 s");
  CHECK(short_time(9960ms) == "10 s");
  CHECK(short_time(750s) == "12m30s");
  CHECK(short_time(3h + 12min) == "3h12m");
  CHECK(short_time(24h * 5 + 3h) == "5d03h");
}

TEST_CASE("counts, rates and sizes are told in few cells") {
  CHECK(short_count(0) == "0");
  CHECK(short_count(9999) == "9999");
  CHECK(short_count(12'345) == "12k");
  CHECK(short_count(1'250'000) == "1.2M");
  CHECK(short_count(999'600) == "1.0M");
  CHECK(short_count(5e12) == "5T");
  CHECK(short_rate(0) == "0");
  CHECK(short_rate(49.96) == "50.0");
  CHECK(short_rate(123.4) == "123");
  CHECK(short_bytes(512) == "512 B");
  CHECK(short_bytes(1536) == "1.5 KiB");
  CHECK(short_bytes(15.0 * 1024 * 1024) == "15 MiB");
}
