#include "apps/inspect/terminal/session.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "apps/inspect/terminal/actor_inquiry.hpp"
#include "apps/inspect/terminal/answer_notice.hpp"
#include "apps/inspect/terminal/display.hpp"
#include "apps/inspect/terminal/interaction.hpp"
#include "apps/inspect/terminal/question_queue.hpp"
#include "apps/inspect/terminal/scene.hpp"
#include "apps/inspect/terminal/view.hpp"
#include "apps/inspect/terminal/view_state.hpp"
#include "apps/inspect/terminal/window_changes.hpp"
#include "apps/inspect/text/printable.hpp"
#include "protocol/clock.hpp"

namespace troupe::inspecting::terminal {
namespace {

using namespace std::chrono_literals;

/// Nothing is drawn more often than this, whatever happens.
constexpr std::chrono::nanoseconds least_pause = 100ms;
/// What tells a time ("away since 12 s") goes on even if nothing happens.
constexpr std::chrono::nanoseconds longest_pause = 1s;

/// Whether there is nothing more to read, ever.
bool is_at_end(const pollfd& input) {
  if ((input.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) return true;
  int waiting = 0;
  return ::ioctl(input.fd, FIONREAD, &waiting) == 0 && waiting == 0;
}

/// A node as it is now, with what was known of it before.
shown_node next_of(std::shared_ptr<const node_view> view, std::vector<shown_node>& before) {
  shown_node result{.view = std::move(view), .findings = {}, .latencies = {}};
  const auto same = std::ranges::find_if(
      before, [&](const shown_node& each) { return each.view->node == result.view->node; });
  if (same != before.end()) result.latencies = std::move(same->latencies);
  if (const auto* now = result.now()) {
    result.findings = findings_in(*now, result.lately());
    result.latencies.note(*now);
  }
  return result;
}

class session {
 public:
  session(const node_watches& watches, const ending_signals& signals,
          std::optional<std::chrono::nanoseconds> duration)
      : watches_(watches), signals_(signals), questions_(watches), size_(window_size()) {
    if (duration) end_ = std::chrono::steady_clock::now() + *duration;
  }

  void run() {
    take_views();
    while (!is_over_) {
      draw_if_due();
      wait();
    }
  }

 private:
  void wait() {
    std::array<pollfd, 5> waits{{{STDIN_FILENO, POLLIN, 0},
                                 {signals_.wait_descriptor(), POLLIN, 0},
                                 {watches_.change_descriptor(), POLLIN, 0},
                                 {questions_.answer_descriptor(), POLLIN, 0},
                                 {window_.wait_descriptor(), POLLIN, 0}}};
    const auto& [keys, signals, views, answers, window] = waits;
    if (::poll(waits.data(), waits.size(), patience()) < 0) {
      if (errno == EINTR) return;
      throw std::system_error{errno, std::generic_category(), "waiting for keys and nodes"};
    }
    if (signals.revents != 0 && signals_.take() != 0) is_over_ = true;
    if (window.revents != 0) take_window_size();
    if (views.revents != 0) take_views();
    if (answers.revents != 0) take_answers();
    if (keys.revents != 0) take_keys(keys);
    if (end_ && std::chrono::steady_clock::now() >= *end_) is_over_ = true;
  }

  [[nodiscard]] steady_time due() const {
    return drawn_ + (is_stale_ ? least_pause : longest_pause);
  }

  /// How long to wait, for poll.
  [[nodiscard]] int patience() const {
    const auto until = end_ ? std::min(due(), *end_) : due();
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    return static_cast<int>(std::max(left, 0ms).count());
  }

  void draw_if_due() {
    const auto now = std::chrono::steady_clock::now();
    if (now < due()) return;
    if (!state_.is_paused) scene_.now = unix_now();
    settle(state_, scene_, size_);
    display_.draw(draw(scene_, state_, size_));
    drawn_ = now;
    is_stale_ = false;
  }

  void take_window_size() {
    window_.take();
    size_ = window_size();
    display_.resize(size_);
    is_stale_ = true;
  }

  void take_keys(const pollfd& input) {
    if (is_at_end(input)) is_over_ = true;
    while (const auto pressed = display_.take_key()) take_key(*pressed);
    is_stale_ = true;
  }

  void take_key(key pressed) {
    const auto outcome = press(state_, pressed, scene_, size_);
    if (std::holds_alternative<quit>(outcome)) is_over_ = true;
    if (std::holds_alternative<redraw>(outcome)) display_.forget_what_is_shown();
    if (const auto* wanted = std::get_if<request>(&outcome)) {
      questions_.ask(node().node, wanted->question);
      state_.notice = {"asking " + printable(node().name()) + " …", style::label};
    }
    show_views();
  }

  // What the nodes say.

  void take_views() {
    watches_.take_change();
    std::vector<shown_node> next;
    for (auto& view : watches_.views()) next.push_back(next_of(std::move(view), nodes_));
    nodes_ = std::move(next);
    show_views();
  }

  void show_views() {
    if (!state_.is_paused || scene_.nodes.empty()) scene_.nodes = nodes_;
    follow_node(state_, scene_);
    ask_for_opened_actor();
    is_stale_ = true;
  }

  void ask_for_opened_actor() {
    auto question = inquiry_.next_question(state_, scene_, std::chrono::steady_clock::now());
    if (question) questions_.ask(node().node, std::move(*question));
  }

  void take_answers() {
    const auto now = std::chrono::steady_clock::now();
    for (const auto& each : questions_.take_answers())
      if (!inquiry_.take(each, scene_, now)) state_.notice = notice_of(each);
    // It may have waited for an answer about an actor that is no longer opened.
    ask_for_opened_actor();
    is_stale_ = true;
  }

  [[nodiscard]] const node_view& node() const { return *scene_.nodes[state_.node].view; }

  const node_watches& watches_;
  const ending_signals& signals_;
  question_queue questions_;
  window_changes window_;
  display display_;

  std::vector<shown_node> nodes_;  ///< as they are, even while the display is paused
  scene scene_;
  view_state state_;
  screen_size size_;
  actor_inquiry inquiry_;

  steady_time drawn_{};
  std::optional<steady_time> end_;
  bool is_stale_ = true;
  bool is_over_ = false;
};

}  // namespace

void show_live(const node_watches& watches, const ending_signals& signals,
               std::optional<std::chrono::nanoseconds> duration) {
  session{watches, signals, duration}.run();
}

}  // namespace troupe::inspecting::terminal
