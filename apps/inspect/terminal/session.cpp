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

#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "apps/inspect/terminal/display.hpp"
#include "apps/inspect/terminal/interaction.hpp"
#include "apps/inspect/terminal/question_desk.hpp"
#include "apps/inspect/terminal/scene.hpp"
#include "apps/inspect/terminal/view.hpp"
#include "apps/inspect/terminal/view_state.hpp"
#include "apps/inspect/terminal/window_changes.hpp"
#include "apps/inspect/text/printable.hpp"
#include "protocol/clock.hpp"
#include "protocol/failure.hpp"

namespace troupe::inspecting::terminal {
namespace {

using namespace std::chrono_literals;

/// Nothing is drawn more often than this, whatever happens.
constexpr std::chrono::nanoseconds least_pause = 100ms;
/// What tells a time ("away since 12 s") goes on even if nothing happens.
constexpr std::chrono::nanoseconds longest_pause = 1s;

/// Changes over less time than this would jump.
constexpr auto least_interval = 900ms;

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
      : watches_(watches), signals_(signals), desk_(watches), size_(window_size()) {
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
                                 {desk_.answer_descriptor(), POLLIN, 0},
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
      desk_.ask(node(), wanted->question);
      state_.notice = {"asking " + printable(scene_.nodes[state_.node].view->name()) + " …",
                       style::label};
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
    ask_for_opened_actor();
    is_stale_ = true;
  }

  /// The snapshot does not have the handlers of each connection.
  void ask_for_opened_actor() {
    if (!state_.opened_actor || state_.is_paused || !question_under_way_.empty()) return;
    const bool is_known = scene_.opened_actor && scene_.opened_actor->name == *state_.opened_actor;
    if (is_known && std::chrono::steady_clock::now() < answered_ + least_interval) return;
    question_under_way_ = nlohmann::json{{"ask", "actor"}, {"name", *state_.opened_actor}}.dump();
    desk_.ask(node(), question_under_way_);
  }

  void take_answers() {
    for (const auto& each : desk_.take_answers()) {
      if (each.question == question_under_way_) {
        question_under_way_.clear();
        take_actor(each);
      } else {
        tell(each);
      }
    }
    is_stale_ = true;
  }

  void take_actor(const asked_question& asked) {
    const auto before = std::exchange(scene_.opened_actor, std::nullopt);
    const auto then = std::exchange(answered_, std::chrono::steady_clock::now());
    scene_.opened_changes.reset();
    if (!asked.answer) return;
    try {
      scene_.opened_actor = parse_actor(*asked.answer);
    } catch (const failure&) {
      return;  // the snapshot's actor is shown: an answer that cannot be read has no more to say
    }
    if (before && before->name == scene_.opened_actor->name)
      scene_.opened_changes = changes_of_actor(*before, *scene_.opened_actor, answered_ - then);
  }

  void tell(const asked_question& asked) {
    const bool was_done = asked.answer && asked.answer->contains("done");
    const auto text = was_done ? asked.answer->value("done", "") : asked.refusal;
    state_.notice = {printable(text), was_done ? style::good : style::alarm};
  }

  [[nodiscard]] const target& node() const { return scene_.nodes[state_.node].view->node; }

  const node_watches& watches_;
  const ending_signals& signals_;
  question_desk desk_;
  window_changes window_;
  display display_;

  std::vector<shown_node> nodes_;  ///< as they are, even while the display is paused
  scene scene_;
  view_state state_;
  screen_size size_;
  std::string question_under_way_;  ///< about the opened actor
  steady_time answered_{};          ///< when the last one was

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
