#pragma once

#include <string>

#include <sys/types.h>

#include "protocol/descriptor.hpp"

namespace troupe::delivery {

/// A listening Unix stream socket at a path, mode 0660.
///
/// A stale socket at the path is replaced. Refused, as a failure: a path with a live server
/// (already_running, with its pid), a path that is something else than a socket or too long, a
/// directory that is absent (cannot_create), missing rights (not_permitted).
class unix_listener {
 public:
  explicit unix_listener(std::string path);
  unix_listener(const unix_listener&) = delete;
  unix_listener& operator=(const unix_listener&) = delete;
  ~unix_listener() { close(); }

  /// Non-blocking.
  [[nodiscard]] int descriptor() const { return socket_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Stops listening and removes the file if it is still ours.
  void close();

 private:
  void make_room() const;
  void bind_and_listen();

  std::string path_;
  troupe::descriptor socket_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace troupe::delivery
