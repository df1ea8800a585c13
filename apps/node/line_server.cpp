#include "apps/node/line_server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <utility>

#include <sys/eventfd.h>
#include <sys/socket.h>

#include "actors/delivery/peer.hpp"
#include "apps/common/give_way.hpp"

namespace troupe {
namespace {

constexpr int pause_ms = 100;
/// How often those who take nothing are looked for.
constexpr int look_ms = 1000;

steady_time now() { return std::chrono::steady_clock::now(); }

}  // namespace

line_server::line_server(const std::string& path, delivery::socket_rights rights,
                         line_service service)
    : service_(std::move(service)), listener_(path, rights), ending_(::eventfd(0, EFD_CLOEXEC)) {
  if (service_.takes_long) slow_answers_.emplace();
  thread_ = std::thread{[this] { run(); }};
}

line_server::~line_server() {
  ::eventfd_write(ending_.get(), 1);
  thread_.join();
  while (!callers_.empty()) let_go(callers_.begin());
}

void line_server::run() {
  give_way_to_actors();
  for (;;) {
    auto waited = awaited();
    const bool has_callers = !callers_.empty();
    if (::poll(waited.data(), waited.size(), has_callers ? look_ms : -1) < 0 && errno != EINTR)
      return;
    if (waited[0].revents != 0) return;
    auto news = waited.begin() + 3;
    for (auto at = callers_.begin(); at != callers_.end();) {
      const auto current = at++;
      if (!serve(*current, (news++)->revents) || is_gone(*current)) let_go(current);
    }
    if (waited[2].revents != 0) give_slow_answers();
    if (waited[1].revents != 0) take_in();
  }
}

/// The end, the door, answers that took their time, and the callers in their order.
std::vector<pollfd> line_server::awaited() const {
  const int nowhere = -1;
  std::vector<pollfd> result{
      {ending_.get(), POLLIN, 0},
      {listener_.descriptor(), POLLIN, 0},
      {slow_answers_ ? slow_answers_->answer_descriptor() : nowhere, POLLIN, 0}};
  for (const auto& each : callers_) result.push_back({each.socket.get(), awaited_of(each), 0});
  return result;
}

/// Of one that waits, only that it goes, which is told unasked.
short line_server::awaited_of(const caller& whom) {
  if (whom.is_waiting) return 0;
  return static_cast<short>(is_heard(whom) ? POLLIN : POLLOUT);
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
  added.number = ++last_number_;
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
  if (whom.is_waiting) return false;  // it has gone
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
    give(whom, service_.too_long);
    whom.ends = true;
  } else if (end != std::string::npos && !whom.refusal.empty()) {
    give(whom, whom.refusal);
    whom.ends = true;
  } else if (end != std::string::npos) {
    const auto line = whom.input.substr(0, end);
    whom.input.erase(0, end + 1);
    answer(whom, line);
  }
}

void line_server::answer(caller& whom, const std::string& line) {
  if (slow_answers_ && service_.takes_long(line)) {
    whom.is_waiting = true;
    slow_answers_->order(whom.number,
                         [this, line, who = whom.who] { return service_.answer(line, who); });
  } else {
    give(whom, service_.answer(line, whom.who));
  }
}

void line_server::give(caller& whom, std::string text) {
  whom.output = std::move(text) + '\n';
  whom.sent = 0;
  whom.taken = now();
}

void line_server::give_slow_answers() {
  for (auto& made : slow_answers_->take()) {
    const auto whom = std::ranges::find(callers_, made.whose, &caller::number);
    if (whom == callers_.end()) continue;  // it has gone
    whom->is_waiting = false;
    give(*whom, std::move(made.text));
  }
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
  if (whom->is_waiting) slow_answers_->forget(whom->number);
  service_.left(whom->who);
  callers_.erase(whom);
}

}  // namespace troupe
