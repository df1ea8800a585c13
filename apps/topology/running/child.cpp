#include "apps/topology/running/child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/common/launch.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/failure.hpp"

namespace troupe::topology {
namespace {

using namespace std::chrono_literals;

constexpr auto look_interval = 5ms;

descriptor open_to_add(const std::filesystem::path& path) {
  descriptor result{::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)};
  if (!result)
    throw failure{failure_kind::cannot_create,
                  fmt::format("{} cannot be written: {}; choose another directory for the run",
                              path.string(), std::generic_category().message(errno))};
  return result;
}

std::uintmax_t size_of(const std::filesystem::path& path) {
  std::error_code absent;
  const auto size = std::filesystem::file_size(path, absent);
  return absent ? 0 : size;
}

pid_t start_child(const child_settings& settings) {
  const descriptor input{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  const auto output = open_to_add(settings.output);
  const auto log = open_to_add(settings.log);
  launch plan;
  plan.program = settings.program.string();
  plan.arguments = settings.arguments;
  plan.streams = {input.get(), output.get(), log.get()};
  plan.network_namespace = settings.network_namespace;
  plan.has_own_group = true;
  try {
    return start(plan);
  } catch (const std::system_error& trouble) {
    throw failure{failure_kind::bad_value,
                  fmt::format("{}; is it in the folder of the programs?", trouble.what())};
  }
}

std::chrono::microseconds duration_of(const timeval& time) {
  return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
}

}  // namespace

child::child(child_settings settings)
    : settings_(std::move(settings)),
      log_before_(size_of(settings_.log)),
      pid_(start_child(settings_)) {}

child::~child() {
  if (!runs()) return;
  signal(SIGKILL);
  finish(10s);
}

bool child::runs() {
  if (has_ended_) return false;
  rusage cost{};
  if (::wait4(pid_, &status_, WNOHANG, &cost) != pid_) return true;
  has_ended_ = true;
  cpu_at_end_ = duration_of(cost.ru_utime) + duration_of(cost.ru_stime);
  return false;
}

std::string child::trouble() const {
  if (!has_ended_) return {};
  if (WIFSIGNALED(status_) && WTERMSIG(status_) == last_signal_) return {};
  if (WIFSIGNALED(status_)) return fmt::format("signal {}", WTERMSIG(status_));
  if (WEXITSTATUS(status_) != 0) return fmt::format("status {}", WEXITSTATUS(status_));
  return {};
}

void child::signal(int number) {
  if (!runs()) return;
  ::kill(pid_, number);
  if (number != SIGCONT) last_signal_ = number;
}

bool child::finish(std::chrono::milliseconds patience) {
  const auto has_ended = [this] { return !runs(); };
  if (holds_within(patience, has_ended)) return true;
  signal(SIGKILL);
  // Nothing keeps a killed process for long but the kernel itself.
  static_cast<void>(holds_within(10s, has_ended));
  return false;
}

std::string child::log() const {
  std::ifstream file{settings_.log, std::ios::binary};
  file.seekg(static_cast<std::streamoff>(log_before_));
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::string child::last_words() const {
  auto text = log();
  const auto last = last_line_of(text);
  text.erase(text.rfind(last));
  const auto one_before = last_line_of(text);
  return one_before.empty() ? last : one_before + "; " + last;
}

std::chrono::microseconds child::cpu() const { return has_ended_ ? cpu_at_end_ : cpu_of(pid_); }

bool holds_within(std::chrono::milliseconds limit, const std::function<bool()>& condition) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(look_interval);
  }
  return true;
}

std::string last_line_of(const std::string& text) {
  const auto end = text.find_last_not_of('\n');
  if (end == std::string::npos) return {};
  const auto before = text.rfind('\n', end);
  const auto begin = before == std::string::npos ? 0 : before + 1;
  return text.substr(begin, end - begin + 1);
}

}  // namespace troupe::topology
