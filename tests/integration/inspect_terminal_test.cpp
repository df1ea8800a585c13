// The live view of troupe-inspect, on a real terminal and with a real node.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/integration/support/running_node.hpp"
#include "tests/integration/support/terminal_pane.hpp"

using namespace troupe::test;
using namespace std::chrono_literals;

namespace {

constexpr int columns = 80;
constexpr int rows = 24;
const std::string inspect = TROUPE_INSPECT;

std::string contents(const std::filesystem::path& file) {
  std::ifstream stream{file};
  return {std::istreambuf_iterator<char>{stream}, {}};
}

}  // namespace

TEST_CASE("the live view shows a node on all its pages") {
  running_node node{{"--source", "tone:440"}};
  const auto client = node.client();
  terminal_pane pane{columns, rows};
  pane.run(inspect + " " + node.socket());
  pane.wait_for("healthy");
  pane.wait_for(" frame_processor       up");
  const std::vector<std::pair<std::string, std::string>> pages{
      {"2", "├─ source"},
      {"3", "total, p99 of each second"},
      {"4", "pid " + std::to_string(::getpid())},
      {"5", "The stream begins here"},
      {"6", "frame_processor       connection            frame"},
      {"7", "client 1 came"},
      {"1", "Turns/s"},
      {"h", "What it does"}};
  for (const auto& [key, part] : pages) {
    pane.press({key});
    pane.wait_for(part);
  }
  pane.press({"Escape"});
  pane.press({"/"});
  pane.press({"c", "o", "n", "n", "e", "c", "t", "i", "o", "n", ":", "Enter", "Enter"});
  pane.wait_for("connection:1, of connection_supervisor");
  pane.wait_for(" stream_format ");
  pane.press({"q"});
  pane.wait_until_gone("connection_supervisor");
}

TEST_CASE("what keys have a node do is asked for first, done, and answered") {
  running_node node{{"--source", "tone:440"}};
  const auto client = node.client();
  terminal_pane pane{columns, rows};
  pane.run(inspect + " " + node.socket());
  pane.wait_for(" source   ");
  pane.press({"/", "s", "o", "u", "r", "c", "e", "Enter", "r"});
  pane.wait_for("Restart source? y/n");
  pane.press({"n"});
  pane.wait_for("nothing was done");
  pane.press({"r", "y"});
  pane.wait_for("source is restarted");
  pane.wait_for("! source");
  pane.press({"Escape", "4", "c"});
  pane.wait_for("Close the connection of client 1? y/n");
  pane.press({"y"});
  pane.wait_for("nobody listens");
  pane.press({"l", "d"});
  pane.wait_for("debug");
  pane.press({"e"});
  pane.wait_for("client 1");
  const auto account = node.stop();
  CHECK(account.at("restarts") == 1);
  CHECK(account.at("clients_served") == 1);
}

TEST_CASE("the view fills its window, whatever size that gets") {
  running_node node{{"--source", "tone:440"}};
  terminal_pane pane{columns, rows};
  pane.run(inspect + " " + node.socket());
  pane.wait_for(" source   ");
  CHECK_FALSE(pane.shows("Wait p99"));
  pane.resize(120, 40);
  pane.wait_for("Wait p99");
  pane.resize(40, 10);
  pane.wait_for("Please make this window larger");
  pane.resize(60, 15);
  pane.wait_for("1Actors 2Tree 3Latency");
  pane.resize(columns, rows);
  pane.wait_for(" 1 Actors  2 Tree  3 Latency");
}

TEST_CASE("a node that is killed stays to be seen, and is there again when it is started anew") {
  const temporary_directory directory;
  const auto socket = (directory / "s").string();
  const auto start = [&] {
    return std::make_unique<child_process>(
        TROUPE_NODE, std::vector<std::string>{"--source", "tone:440", "--socket", socket});
  };
  auto node = start();
  node->wait_for_errors("serving");
  terminal_pane pane{columns, rows};
  pane.run(inspect + " " + socket);
  pane.wait_for("healthy");
  node->send_signal(SIGKILL);
  node->wait();
  pane.wait_for("! away since");
  pane.wait_for("trying again");
  CHECK(pane.shows(" frame_processor       up"));
  pane.press({"2"});
  pane.wait_for("├─ source");
  node = start();
  pane.wait_for("healthy");
  pane.wait_until_gone("away");
  pane.press({"q"});
  pane.wait_until_gone("healthy");
}

TEST_CASE("the terminal is as it was after q, Ctrl-C and SIGTERM") {
  running_node node{{"--source", "tone:440"}};
  const temporary_directory directory;
  const auto before = directory / "before";
  const auto after = directory / "after";
  const auto process = directory / "process";
  for (const std::string way : {"q", "C-c", "SIGTERM"}) {
    CAPTURE(way);
    terminal_pane pane{columns, rows};
    pane.run("stty -g > " + before.string());
    // The shell's process becomes the program, whose number is then known.
    pane.run("sh -c 'echo $$ > " + process.string() + "; exec " + inspect + " " + node.socket() +
             "'; echo ended with $?; stty -g > " + after.string());
    pane.wait_for("healthy");
    if (way == "SIGTERM") {
      ::kill(std::stoi(contents(process)), SIGTERM);
    } else {
      pane.press({way});
    }
    pane.wait_for("ended with 0");
    pane.wait_until_gone("healthy");
    CHECK(pane.shows("stty -g"));
    pane.run("echo all is done");
    pane.wait_for("\nall is done");
    CHECK(contents(after) == contents(before));
    CHECK(contents(after) != "");
  }
}

TEST_CASE("colours are left out where they are not wanted") {
  running_node node{{"--source", "tone:440"}};
  for (const bool wanted : {true, false}) {
    CAPTURE(wanted);
    terminal_pane pane{columns, rows, {{"NO_COLOR", wanted ? "" : "1"}}};
    pane.run(inspect + " " + node.socket());
    pane.wait_for("healthy");
    // The columns' names stand on a bar.
    CHECK((pane.coloured_text().find("\x1b[46m") != std::string::npos) == wanted);
  }
}

TEST_CASE("a terminal that knows no more than ASCII gets no more") {
  running_node node{{"--source", "tone:440"}};
  terminal_pane pane{columns, rows, {{"LC_ALL", "C"}}};
  pane.run(inspect + " " + node.socket());
  pane.wait_for(" us ");
  pane.press({"2"});
  pane.wait_for("|- source");
  for (const char each : pane.text()) CHECK(static_cast<unsigned char>(each) < 0x80);
}

TEST_CASE("a terminal on which nothing can be put anywhere gets lines") {
  running_node node{{"--source", "tone:440"}};
  terminal_pane pane{columns, rows};
  pane.run("TERM=dumb " + inspect + " " + node.socket());
  pane.wait_for(" frames/s");
  CHECK_FALSE(pane.shows("1 Actors"));
  CHECK(pane.shows("TERM=dumb"));
}
