#include "apps/bench/forked.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace troupe::bench {
namespace {

constexpr auto error_key = "error";
/// Between two looks at the time.
constexpr int look_interval_ms = 1000;

void write_all(int target, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(target, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;  // nobody reads: the parent is gone
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

[[noreturn]] void run(int results, const std::function<nlohmann::json()>& body) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  nlohmann::json result;
  try {
    result = body();
  } catch (const std::exception& trouble) {
    result = {{error_key, trouble.what()}};
  }
  write_all(results, result.dump());
  std::fflush(nullptr);
  ::_exit(0);
}

[[noreturn]] void throw_too_slow(std::chrono::nanoseconds limit) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit);
  throw std::runtime_error{
      fmt::format("a run did not end within {} s; is the machine busy?", seconds.count())};
}

std::string read_all(int source) {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const auto count = ::read(source, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

forked::forked(std::string name, const std::function<nlohmann::json()>& body)
    : name_(std::move(name)) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::system_error{errno, std::generic_category(), "pipe2"};
  results_ = descriptor{ends[0]};
  const descriptor other_end{ends[1]};
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error{errno, std::generic_category(), "fork"};
  if (pid_ == 0) run(other_end.get(), body);
}

forked::~forked() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

nlohmann::json forked::result() {
  const auto text = read_all(results_.get());
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (text.empty())
    throw std::runtime_error{WIFSIGNALED(status)
                                 ? fmt::format("the {} died of signal {}", name_, WTERMSIG(status))
                                 : fmt::format("the {} ended without a result", name_)};
  auto result = nlohmann::json::parse(text);
  if (result.is_object() && result.contains(error_key))
    throw std::runtime_error{
        fmt::format("the {} failed: {}", name_, result[error_key].get<std::string>())};
  return result;
}

std::vector<nlohmann::json> results_of(const std::vector<forked*>& parts,
                                       std::chrono::nanoseconds limit,
                                       const ending_signals& signals) {
  const auto give_up = std::chrono::steady_clock::now() + limit;
  std::vector<nlohmann::json> results(parts.size());
  std::vector<pollfd> waiting;
  waiting.reserve(parts.size() + 1);
  for (const auto* part : parts) waiting.push_back({part->wait_descriptor(), POLLIN, 0});
  waiting.push_back({signals.wait_descriptor(), POLLIN, 0});
  for (auto left = parts.size(); left > 0;) {
    if (std::chrono::steady_clock::now() > give_up) throw_too_slow(limit);
    if (::poll(waiting.data(), waiting.size(), look_interval_ms) < 0) continue;
    if (const int signal = signals.take()) throw interrupted{signal};
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (waiting[i].revents == 0) continue;
      results[i] = parts[i]->result();
      waiting[i].fd = -1;  // poll passes over it
      --left;
    }
  }
  return results;
}

}  // namespace troupe::bench
