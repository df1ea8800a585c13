#include "apps/common/launch.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <map>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe {
namespace {

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error{error, std::generic_category(), what};
}

/// Our own environment, changed as `changes` says, as "NAME=VALUE".
std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& changes) {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    const auto equals = std::min(text.find('='), text.size());
    variables[std::string{text.substr(0, equals)}] = text.substr(std::min(equals + 1, text.size()));
  }
  for (const auto& [name, value] : changes) {
    if (value.empty()) {
      variables.erase(name);
    } else {
      variables[name] = value;
    }
  }
  std::vector<std::string> result;
  result.reserve(variables.size());
  for (const auto& [name, value] : variables)
    result.push_back(std::string{name}.append("=").append(value));
  return result;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// What a child needs besides the plan between fork and exec, made before the fork: only calls that
/// are safe there, no allocation among them, come after it.
struct prepared {
  char* const* arguments;
  char* const* environment;
  int trouble;  ///< takes the error number when the program cannot be started
  pid_t parent;
};

[[noreturn]] void give_up(const prepared& ready) {
  const int error = errno;
  static_cast<void>(!::write(ready.trouble, &error, sizeof(error)));
  ::_exit(127);
}

void have_default_signals() {
  std::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become(const launch& plan, const prepared& ready) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != ready.parent) ::_exit(127);
  have_default_signals();
  if (plan.has_own_group) ::setpgid(0, 0);
  if (plan.network_namespace >= 0 && ::setns(plan.network_namespace, CLONE_NEWNET) != 0)
    give_up(ready);
  for (int i = 0; i < 3; ++i)
    if (::dup2(plan.streams[static_cast<std::size_t>(i)], i) < 0) give_up(ready);
  // Whatever else we or our caller have open is not for the child.
  if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0) give_up(ready);
  const auto* directory = plan.working_directory.c_str();
  if (*directory != '\0' && ::chdir(directory) != 0) give_up(ready);
  const rlimit files{.rlim_cur = plan.open_files, .rlim_max = plan.open_files};
  if (plan.open_files > 0 && ::setrlimit(RLIMIT_NOFILE, &files) != 0) give_up(ready);
  ::execvpe(plan.program.c_str(), ready.arguments, ready.environment);
  give_up(ready);
}

}  // namespace

pid_t start(const launch& plan) {
  std::vector<std::string> words{plan.program};
  words.insert(words.end(), plan.arguments.begin(), plan.arguments.end());
  auto variables = environment_with(plan.environment);
  const auto arguments = pointers_to(words);
  const auto environment = pointers_to(variables);
  std::array<int, 2> trouble{};
  if (::pipe2(trouble.data(), O_CLOEXEC) != 0) fail(errno, "pipe2");
  const prepared ready{arguments.data(), environment.data(), trouble[1], ::getpid()};
  const auto pid = ::fork();
  if (pid == 0) become(plan, ready);
  const int fork_error = errno;
  ::close(trouble[1]);
  int error = 0;
  const auto size = ::read(trouble[0], &error, sizeof(error));
  ::close(trouble[0]);
  if (pid < 0) fail(fork_error, "fork");
  if (size <= 0) return pid;
  ::waitpid(pid, nullptr, 0);
  fail(error, "cannot start " + plan.program);
}

}  // namespace troupe
