#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>

#include "actors/delivery/unix_listener.hpp"
#include "apps/node/inspection/slow_answers.hpp"
#include "protocol/clock.hpp"
#include "protocol/descriptor.hpp"
#include "protocol/messages.hpp"

namespace troupe {

/// What a line server is to do with those who call.
struct line_service {
  /// Unless it is empty, who calls gets this line for an answer, whatever it says.
  std::function<std::string(const peer_identity& who)> refusal;
  std::function<void(const peer_identity& who)> came = [](const auto&) {};
  std::function<void(const peer_identity& who)> left = [](const auto&) {};
  /// The answer to a line, neither with its end.
  std::function<std::string(const std::string& line, const peer_identity& who)> answer;
  /// Whether the answer to a line takes its time, so that others are not to wait for it: then
  /// `answer` is called by a second thread, one line after the other. Absent: none does.
  std::function<bool(const std::string& line)> takes_long = {};
  /// The answer to a line that is too long; then the connection ends.
  std::string too_long;
};

/// Answers lines at a Unix socket, on a thread of its own: it works when all actors hang.
///
/// A caller has one line in hand, and is not heard until it has read the answer. One that does not
/// read, and the one that has been silent longest when there are too many, are let go of.
class line_server {
 public:
  static constexpr std::size_t longest_line = std::size_t{8} * 1024;
  static constexpr std::size_t most_callers = 64;
  /// A caller that takes nothing of its answer for so long is gone.
  static constexpr std::chrono::seconds write_timeout{5};

  /// Throws failure when the socket cannot be made.
  line_server(const std::string& path, delivery::socket_rights rights, line_service service);
  line_server(const line_server&) = delete;
  line_server& operator=(const line_server&) = delete;
  ~line_server();

 private:
  struct caller {
    std::uint64_t number = 0;  ///< by which an answer that took its time finds it
    descriptor socket;
    peer_identity who;
    std::string refusal;  ///< the answer to whatever it says; empty: it is answered
    steady_time heard;    ///< the last time
    steady_time taken;    ///< something of the answer, the last time
    std::string input;    ///< lines that are not answered yet
    std::string output;   ///< what is not sent yet of an answer
    std::size_t sent = 0;
    bool is_waiting = false;  ///< for an answer that takes its time
    bool ends = false;        ///< when that is sent
  };
  using callers = std::list<caller>;

  void run();
  [[nodiscard]] std::vector<pollfd> awaited() const;
  [[nodiscard]] static short awaited_of(const caller& whom);
  void take_in();
  void make_room();
  /// These return whether the caller stays.
  [[nodiscard]] bool serve(caller& whom, short news);
  [[nodiscard]] static bool is_heard(const caller& whom);
  [[nodiscard]] static bool read(caller& whom);
  void answer_next(caller& whom);
  void answer(caller& whom, const std::string& line);
  static void give(caller& whom, std::string text);
  void give_slow_answers();
  [[nodiscard]] static bool write(caller& whom);
  [[nodiscard]] static bool is_gone(const caller& whom);
  void let_go(callers::iterator whom);

  line_service service_;
  std::optional<slow_answers> slow_answers_;  ///< only where there may be some
  delivery::unix_listener listener_;
  descriptor ending_;
  callers callers_;
  std::uint64_t last_number_ = 0;
  std::thread thread_;
};

}  // namespace troupe
