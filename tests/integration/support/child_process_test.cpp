#include "tests/integration/support/child_process.hpp"

#include <chrono>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "tests/integration/support/eventually.hpp"
#include "tests/integration/support/temporary_directory.hpp"

namespace troupe::test {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a child's output, errors and exit code are told apart") {
  const auto done = run("sh", {"-c", "echo out; echo err >&2; exit 3"});
  CHECK(done.status == exited(3));
  CHECK(done.output == "out\n");
  CHECK(done.errors == "err\n");
}

TEST_CASE("a child that a signal ends is told from one that exits") {
  child_process child{"sleep", {"60"}};
  CHECK_FALSE(child.poll());
  child.send_signal(SIGTERM);
  CHECK(child.wait() == killed_by(SIGTERM));
  CHECK(to_string(child.wait()) == "ended by signal 15");
}

TEST_CASE("waiting for a child has an end, and the failure shows what the child said") {
  child_process child{"sh", {"-c", "echo still here >&2; exec sleep 60"}};
  child.wait_for_errors("still here");
  try {
    child.wait(50ms);
    FAIL("waited in vain");
  } catch (const child_failure& failure) {
    CHECK(std::string_view{failure.what()}.find("still here") != std::string_view::npos);
  }
}

TEST_CASE("waiting for a text that never comes ends with the child") {
  child_process child{"sh", {"-c", "echo something else >&2"}};
  CHECK_THROWS_AS(child.wait_for_errors("the text"), child_failure);
}

TEST_CASE("a program that is not there is reported as such") {
  CHECK_THROWS_AS(child_process("/nowhere/at/all", {}), child_failure);
  CHECK_THROWS_AS(child_process("true", {},
                                {.environment = {},
                                 .working_directory = "/nowhere/at/all",
                                 .stdin_file = "/dev/null",
                                 .stdin_pipe = false,
                                 .stdout_file = {}}),
                  child_failure);
}

TEST_CASE("a child reads what the test writes, until the test closes the pipe") {
  child_options options;
  options.stdin_pipe = true;
  child_process child{"cat", {}, options};
  const std::string_view text = "through the pipe";
  CHECK(child.write_stdin(std::as_bytes(std::span{text})));
  CHECK_FALSE(child.poll());
  child.close_stdin();
  CHECK(child.wait() == exited(0));
  CHECK(child.output() == text);
}

TEST_CASE("writing to a child that has stopped reading says so and ends nothing") {
  child_options options;
  options.stdin_pipe = true;
  child_process child{"true", {}, options};
  child.wait();
  const std::string_view text = "too late";
  CHECK_FALSE(child.write_stdin(std::as_bytes(std::span{text})));
}

TEST_CASE("a child's files, directory and environment are as the test sets them") {
  const temporary_directory directory;
  std::ofstream{directory / "in"} << "from a file";
  child_options options;
  options.stdin_file = directory / "in";
  options.stdout_file = directory / "out";
  options.working_directory = directory.path();
  options.environment = {{"TROUPE_SET", "value"}, {"HOME", ""}};
  const auto done = run("sh", {"-c", "cat; echo \" $TROUPE_SET ${HOME-unset}\"; pwd"}, options);
  const auto expected =
      "from a file value unset\n" + std::filesystem::canonical(directory.path()).string() + "\n";
  CHECK(done.output == expected);
  std::ostringstream content;
  content << std::ifstream{directory / "out"}.rdbuf();
  CHECK(content.str() == expected);
}

TEST_CASE("the last line of a child's output is read as JSON") {
  child_process child{"sh", {"-c", "echo '{\"frames\":1}'; echo '{\"frames\":2,\"name\":\"a\"}'"}};
  child.wait();
  const auto line = child.last_json_line();
  CHECK(line.at("frames") == 2);
  CHECK(line.at("name") == "a");
  child_process silent{"true", {}};
  silent.wait();
  CHECK_THROWS_AS(static_cast<void>(silent.last_json_line()), child_failure);
  child_process chatty{"echo", {"no JSON"}};
  chatty.wait();
  CHECK_THROWS_AS(static_cast<void>(chatty.last_json_line()), child_failure);
}

TEST_CASE("a child is gone once the test has let go of it") {
  pid_t pid = -1;
  {
    const child_process child{"sleep", {"60"}};
    pid = child.pid();
    CHECK(::kill(pid, 0) == 0);
  }
  CHECK(::kill(pid, 0) != 0);
}

TEST_CASE("open descriptors and memory of a process can be counted") {
  const auto before = open_descriptors(::getpid());
  {
    const std::ifstream one{"/dev/null"};
    CHECK(open_descriptors(::getpid()) == before + 1);
  }
  CHECK(open_descriptors(::getpid()) == before);
  CHECK(resident_kib(::getpid()) > 1000);
  CHECK_THROWS_AS(static_cast<void>(open_descriptors(-1)), child_failure);
  CHECK_THROWS_AS(static_cast<void>(resident_kib(-1)), child_failure);
}

TEST_CASE("children leave no descriptors behind") {
  const auto before = open_descriptors(::getpid());
  for (int i = 0; i < 20; ++i) {
    child_options options;
    options.stdin_pipe = true;
    child_process child{"cat", {}, options};
  }
  CHECK(open_descriptors(::getpid()) == before);
}

TEST_CASE("a child that runs has descriptors of its own only: the three streams") {
  child_process child{"sh", {"-c", "echo ready >&2; exec sleep 60"}};
  child.wait_for_errors("ready");
  CHECK(eventually([&] { return open_descriptors(child.pid()) == 3; }, 2s));
}

TEST_CASE("a signal that a process holds back is told from one that it takes") {
  child_process child{"sleep", {"60"}};
  CHECK_FALSE(blocks_signal(child.pid(), SIGUSR1));
  sigset_t held{};
  sigemptyset(&held);
  sigaddset(&held, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &held, nullptr);
  CHECK(blocks_signal(::getpid(), SIGUSR1));
  ::pthread_sigmask(SIG_UNBLOCK, &held, nullptr);
  CHECK_FALSE(blocks_signal(::getpid(), SIGUSR1));
  CHECK_THROWS_AS(static_cast<void>(blocks_signal(-1, SIGUSR1)), child_failure);
}

TEST_CASE("a temporary directory is gone with all that is in it") {
  std::filesystem::path path;
  {
    const temporary_directory directory;
    path = directory.path();
    std::filesystem::create_directories(directory / "a");
    std::ofstream{directory / "a/b"} << "content";
    CHECK(std::filesystem::exists(path));
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace troupe::test
