#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>

#include "protocol/clock.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::inspecting::web {

/// Takes connections in and keeps each until its request's head is there; only then does it cost
/// more than a descriptor. Whoever is slow, idle or half gone has to leave: after a while, or as
/// the one who has waited longest when the room is full.
class waiting_room {
 public:
  static constexpr std::size_t most_guests = 256;
  static constexpr std::size_t longest_head = 16UL * 1024;
  static constexpr std::chrono::seconds longest_wait{10};

  /// Takes a connection with what was received, which holds the request's head. It must not wait.
  using serve_function = std::function<void(descriptor connection, std::string received)>;

  /// The listeners do not block.
  waiting_room(std::vector<descriptor> listeners, serve_function serve);
  waiting_room(const waiting_room&) = delete;
  waiting_room& operator=(const waiting_room&) = delete;
  ~waiting_room();

  /// Takes a connection that was served: it is closed when the other end has closed it, or soon.
  /// (Closed at once, what is still under way from there would cost it the answer.)
  void see_off(descriptor connection);

 private:
  enum class purpose { to_be_served, to_leave };
  struct guest {
    descriptor connection;
    purpose is_here = purpose::to_be_served;
    steady_time deadline;
    std::string received;
    bool is_done = false;
  };

  void run();
  /// What is readable, in the order of `watched`.
  void wait(std::vector<pollfd>& watched) const;
  [[nodiscard]] std::vector<pollfd> watched() const;
  void take_in(int listener);
  void hear_out(guest& heard);
  void drain(guest& leaving);
  void take_back_served();
  void send_away_overdue();
  void make_room();

  std::vector<descriptor> listeners_;
  serve_function serve_;
  descriptor called_;        ///< readable when somebody is seen off, or at the end
  std::list<guest> guests_;  ///< in the order of their coming
  steady_time no_accept_until_;
  std::mutex mutex_;
  std::vector<descriptor> served_;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace troupe::inspecting::web
