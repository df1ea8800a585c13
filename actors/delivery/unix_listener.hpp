#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include <sys/types.h>

#include "protocol/descriptor.hpp"

namespace troupe::delivery {

/// Who may connect to a socket, besides root.
enum class socket_rights : std::uint16_t {
  owner = 0600,
  owner_and_group = 0660,
};

/// A listening Unix stream socket at a path.
///
/// A stale socket at the path is replaced. Refused, as a failure: a path with a live server
/// (already_running, with its pid), a path that is too long (bad_value), one that is something else
/// than a socket, or whose directory is absent (cannot_create), missing rights (not_permitted).
class unix_listener {
 public:
  explicit unix_listener(std::string path, socket_rights rights = socket_rights::owner_and_group);
  unix_listener(const unix_listener&) = delete;
  unix_listener& operator=(const unix_listener&) = delete;
  ~unix_listener() { close(); }

  /// Of the listening socket, for waiting; -1 when it is closed.
  [[nodiscard]] int descriptor() const;
  /// A client that waits, non-blocking. With errno when there is none; EBADF once it is closed.
  [[nodiscard]] troupe::descriptor accept() const;
  /// How many descriptors are taken, by its number, in this process; nothing when there is none
  /// left.
  [[nodiscard]] std::optional<std::uint64_t> descriptors_taken() const;
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Stops listening, from any thread, and removes the file if it is still ours.
  void close();

 private:
  void make_room() const;
  void bind_and_listen();

  std::string path_;
  socket_rights rights_;
  mutable std::mutex mutex_;  ///< nobody accepts at a number that has just become another's
  troupe::descriptor socket_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace troupe::delivery
