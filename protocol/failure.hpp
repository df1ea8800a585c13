#pragma once

#include <stdexcept>
#include <string>

namespace troupe {

/// The kinds of trouble that a user can do something about.
enum class failure_kind {
  bad_value,        ///< an option, a URI or a setting that cannot be
  no_source,        ///< the sound to be sent is absent
  unreadable,       ///< it is there, but may not or cannot be read
  unknown_format,   ///< its format is not known
  empty_source,     ///< it holds no sound
  no_device,        ///< the sound device is absent or busy
  cannot_create,    ///< an output or a socket cannot be made
  not_permitted,    ///< the rights are missing
  already_running,  ///< another node has the socket
  no_node,          ///< no node answers at the socket
  disk_full,        ///< an output ran out of room
  output_failed,    ///< an output failed in the middle
  bad_config,       ///< the configuration file cannot be used
};

/// Trouble to be told to the user: what happened, to what, and what to do.
class failure : public std::runtime_error {
 public:
  failure(failure_kind kind, const std::string& message)
      : std::runtime_error(message), kind_(kind) {}

  [[nodiscard]] failure_kind kind() const { return kind_; }

 private:
  failure_kind kind_;
};

}  // namespace troupe
