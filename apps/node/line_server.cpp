#include "apps/node/line_server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <utility>

#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "actors/delivery/peer.hpp"

namespace troupe {
namespace {

constexpr int pause_ms = 100;
/// How often those who take nothing are looked for.
constexpr int look_ms = 1000;
/// Whoever looks at the actors gives way to them.
constexpr int niceness = 5;

steady_time now() { return std::chrono::steady_clock::now(); }

}  // namespace

line_server::line_server(const std::string& path, delivery::socket_rights rights,
                         line_service service)
    : service_(std::move(service)), listener_(path, rights), ending_(::eventfd(0, EFD_CLOEXEC)) {
  thread_ = std::thread{[this] { run(); }};
}

line_server::~line_server() {
  ::eventfd_write(ending_.get(), 1);
  thread_.join();
  while (!callers_.empty()) let_go(callers_.begin());
}

void line_server::run() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), niceness);
  for (;;) {
    auto waited = awaited();
    const bool has_callers = !callers_.empty();
    if (::poll(waited.data(), waited.size(), has_callers ? look_ms : -1) < 0 && errno != EINTR)
      return;
    if (waited[0].revents != 0) return;
    auto news = waited.begin() + 2;
    for (auto at = callers_.begin(); at != callers_.end();) {
      const auto current = at++;
      if (!serve(*current, (news++)->revents) || is_gone(*current)) let_go(current);
    }
    if (waited[1].revents != 0) take_in();
  }
}

/// The end, the door, and the callers in their order.
std::vector<pollfd> line_server::awaited() const {
  std::vector<pollfd> result{{ending_.get(), POLLIN, 0}, {listener_.descriptor(), POLLIN, 0}};
  for (const auto& each : callers_)
    result.push_back({each.socket.get(), static_cast<short>(is_heard(each) ? POLLIN : POLLOUT), 0});
  return result;
}

void line_server::take_in() {
  auto socket = listener_.accept();
  if (!socket) {
    pollfd end{ending_.get(), POLLIN, 0};
    if (errno != EAGAIN) ::poll(&end, 1, pause_ms);  // out of descriptors: no hurry
    return;
  }
  make_room();
  auto& added = callers_.emplace_back();
  added.who = delivery::identity_of_peer(socket.get());
  added.socket = std::move(socket);
  added.heard = added.taken = now();
  if (service_.refusal) added.refusal = service_.refusal(added.who);
  service_.came(added.who);
}

void line_server::make_room() {
  if (callers_.size() < most_callers) return;
  let_go(std::min_element(callers_.begin(), callers_.end(),
                          [](const auto& a, const auto& b) { return a.heard < b.heard; }));
}

bool line_server::serve(caller& whom, short news) {
  if (news == 0) return true;
  if (is_heard(whom) && !read(whom)) return false;
  if (whom.output.empty()) answer_next(whom);
  return whom.output.empty() || write(whom);
}

/// Whoever has an answer to take, or to get, is not.
bool line_server::is_heard(const caller& whom) {
  return whom.output.empty() && whom.input.find('\n') == std::string::npos;
}

bool line_server::read(caller& whom) {
  std::array<char, longest_line> buffer;
  const auto size = ::recv(whom.socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size < 0) return errno == EAGAIN || errno == EINTR;
  if (size == 0) return false;
  whom.heard = now();
  whom.input.append(buffer.data(), static_cast<std::size_t>(size));
  return true;
}

void line_server::answer_next(caller& whom) {
  const auto end = whom.input.find('\n');
  if (std::min(end, whom.input.size()) > longest_line) {
    whom.output = service_.too_long + '\n';
    whom.ends = true;
  } else if (end != std::string::npos && !whom.refusal.empty()) {
    whom.output = whom.refusal + '\n';
    whom.ends = true;
  } else if (end != std::string::npos) {
    whom.output = service_.answer(whom.input.substr(0, end), whom.who) + '\n';
    whom.input.erase(0, end + 1);
  }
  whom.sent = 0;
  whom.taken = now();
}

bool line_server::write(caller& whom) {
  const auto sent = ::send(whom.socket.get(), whom.output.data() + whom.sent,
                           whom.output.size() - whom.sent, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) return errno == EAGAIN || errno == EINTR;
  whom.taken = now();
  whom.sent += static_cast<std::size_t>(sent);
  if (whom.sent < whom.output.size()) return true;
  std::string{}.swap(whom.output);  // a long answer's memory goes back
  whom.sent = 0;
  return !whom.ends;
}

bool line_server::is_gone(const caller& whom) {
  return !whom.output.empty() && now() - whom.taken > write_timeout;
}

void line_server::let_go(callers::iterator whom) {
  service_.left(whom->who);
  callers_.erase(whom);
}

}  // namespace troupe
