#include "apps/node/fault_console.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <exception>
#include <sstream>
#include <vector>

#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "apps/common/duration_option.hpp"
#include "apps/common/json_line.hpp"
#include "apps/node/report_json.hpp"
#include "protocol/failure.hpp"

namespace troupe {
namespace {

constexpr std::size_t longest_line = 1000;
constexpr int pause_ms = 100;

constexpr auto help =
    "the orders are: kill ACTOR, throw ACTOR, exhaust ACTOR, hang ACTOR DURATION, fail-start ACTOR "
    "TIMES, status";

std::vector<std::string> words_of(std::string_view line) {
  std::istringstream input{std::string{line}};
  std::vector<std::string> words;
  for (std::string word; input >> word;) words.push_back(std::move(word));
  return words;
}

bool send_all(int client, std::string_view text) {
  while (!text.empty()) {
    const auto sent = ::send(client, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

fault_console::fault_console(const std::string& path, node_tree& tree, caf::actor_system& system)
    : tree_(tree), system_(system), listener_(path), ending_(::eventfd(0, EFD_CLOEXEC)) {
  spdlog::warn("faults are allowed: whoever may write to {} can break this node", path);
  thread_ = std::thread{[this] { run(); }};
}

fault_console::~fault_console() {
  ::eventfd_write(ending_.get(), 1);
  thread_.join();
}

/// Whether `waited` can be read; false when the console is to end.
bool fault_console::wait_for(int waited) const {
  std::array<pollfd, 2> both{{{waited, POLLIN, 0}, {ending_.get(), POLLIN, 0}}};
  while (::poll(both.data(), both.size(), -1) < 0 && errno == EINTR) {
  }
  return both[1].revents == 0;
}

void fault_console::run() {
  while (wait_for(listener_.descriptor())) {
    const auto client = listener_.accept();
    if (client) {
      serve(client.get());
    } else if (errno != EAGAIN) {
      pollfd end{ending_.get(), POLLIN, 0};  // out of descriptors: no hurry
      ::poll(&end, 1, pause_ms);
    }
  }
}

void fault_console::serve(int client) {
  std::string waiting;
  std::array<char, longest_line> buffer;
  while (waiting.size() <= longest_line && wait_for(client)) {
    const auto size = ::recv(client, buffer.data(), buffer.size(), 0);
    if (size <= 0) return;
    waiting.append(buffer.data(), static_cast<std::size_t>(size));
    for (auto end = waiting.find('\n'); end != std::string::npos; end = waiting.find('\n')) {
      if (!send_all(client, obey(std::string_view{waiting}.substr(0, end)) + '\n')) return;
      waiting.erase(0, end + 1);
    }
  }
}

std::string fault_console::obey(std::string_view line) {
  const auto words = words_of(line);
  auto& faults = tree_.faults();
  try {
    if (words.size() == 1 && words[0] == "status") return status();
    if (words.size() == 2 && words[0] == "kill")
      return faults.kill(words[1]) ? "ok" : unknown_target(words[1]);
    if (words.size() == 2 && words[0] == "throw")
      return faults.raise(words[1]) ? "ok" : unknown_target(words[1]);
    if (words.size() == 2 && words[0] == "exhaust")
      return faults.exhaust(words[1]) ? "ok" : unknown_target(words[1]);
    if (words.size() == 3 && words[0] == "hang")
      return faults.hang(words[1], parse_duration(words[2])) ? "ok" : unknown_target(words[1]);
    if (words.size() == 3 && words[0] == "fail-start") {
      std::uint64_t times = 0;
      const auto* const end = words[2].data() + words[2].size();
      if (std::from_chars(words[2].data(), end, times).ptr != end)
        return "error: \"" + words[2] + "\" is not a number of times";
      return faults.fail_to_start(words[1], times) ? "ok" : unknown_target(words[1]);
    }
  } catch (const std::exception& trouble) {
    return std::string{"error: "} + trouble.what();
  }
  return std::string{"error: "} + help;
}

std::string fault_console::unknown_target(const std::string& target) const {
  return fmt::format("error: there is no actor \"{}\"; there are {} and connection:N", target,
                     fmt::join(tree_.faults().names(), ", "));
}

/// What a test wants to know of a node that runs.
std::string fault_console::status() const {
  nlohmann::json children = nlohmann::json::array();
  for (const auto& child : tree_.children()) children.push_back(to_json(child));
  const nlohmann::json result{{"actors_running", system_.registry().running()},
                              {"actors", children},
                              {"is_healthy", tree_.is_healthy()}};
  return json_line(result);
}

}  // namespace troupe
