#include "tests/integration/support/terminal_pane.hpp"

#include <doctest/doctest.h>

#include "tests/integration/support/eventually.hpp"

namespace troupe::test {
namespace {

constexpr auto program = "tmux";

child_options options_for(const temporary_directory& directory,
                          const std::vector<std::pair<std::string, std::string>>& environment) {
  child_options result;
  result.environment = {{"TMUX_TMPDIR", directory.path().string()},
                        {"TMUX", ""},
                        {"LC_ALL", "C.UTF-8"},
                        {"NO_COLOR", ""}};
  result.environment.insert(result.environment.end(), environment.begin(), environment.end());
  return result;
}

/// Without the user's own settings.
std::vector<std::string> with_common(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"-u", "-L", "test", "-f", "/dev/null"});
  return arguments;
}

/// A command that starts no server, which would outlive the test.
std::vector<std::string> for_server(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "-N");
  return with_common(std::move(arguments));
}

}  // namespace

terminal_pane::terminal_pane(int columns, int rows,
                             const std::vector<std::pair<std::string, std::string>>& environment)
    : options_(options_for(directory_, environment)),
      server_(program, with_common({"-D"}), options_) {
  const auto width = std::to_string(columns);
  const auto height = std::to_string(rows);
  const auto begin = [&] {
    const auto arguments = for_server({"new-session", "-d", "-x", width, "-y", height, "sh"});
    return test::run(program, arguments, options_).status == exited(0);
  };
  // The server may not listen yet.
  REQUIRE(eventually(begin, default_timeout));
  tmux({"set-option", "-g", "status", "off"});
  tmux({"set-option", "-s", "escape-time", "0"});
  resize(columns, rows);
}

void terminal_pane::run(const std::string& command) {
  tmux({"send-keys", "-l", command});
  press({"Enter"});
}

void terminal_pane::press(const std::vector<std::string>& keys) {
  std::vector<std::string> arguments{"send-keys"};
  arguments.insert(arguments.end(), keys.begin(), keys.end());
  tmux(arguments);
}

void terminal_pane::resize(int columns, int rows) {
  tmux({"resize-window", "-x", std::to_string(columns), "-y", std::to_string(rows)});
}

std::string terminal_pane::text() const { return tmux({"capture-pane", "-p"}); }

std::string terminal_pane::coloured_text() const { return tmux({"capture-pane", "-p", "-e"}); }

bool terminal_pane::shows(std::string_view part) const {
  return text().find(part) != std::string::npos;
}

void terminal_pane::wait_for(std::string_view part, std::chrono::milliseconds timeout) const {
  const bool came = eventually([&] { return shows(part); }, timeout);
  INFO(text());
  CHECK_MESSAGE(came, "\"" << part << "\" did not come");
}

void terminal_pane::wait_until_gone(std::string_view part,
                                    std::chrono::milliseconds timeout) const {
  const bool went = eventually([&] { return !shows(part); }, timeout);
  INFO(text());
  CHECK_MESSAGE(went, "\"" << part << "\" is still there");
}

std::string terminal_pane::tmux(std::vector<std::string> arguments) const {
  const auto done = test::run(program, for_server(std::move(arguments)), options_);
  REQUIRE_MESSAGE(done.status == exited(0), done.errors);
  return done.output;
}

}  // namespace troupe::test
