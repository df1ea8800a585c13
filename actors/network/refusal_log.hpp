#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "protocol/clock.hpp"

namespace troupe::network {

/// Decides what the log says of peers that were refused: whoever knocks at a port may do so often,
/// and is not to fill it. May be used from any thread.
class refusal_log {
 public:
  /// The one of this process.
  static refusal_log& shared();

  /// `who` was refused, such as "a peer at 10.0.0.2". What to log, for people; nothing if the same
  /// was logged within a minute, or too much else.
  [[nodiscard]] std::optional<std::string> note(const std::string& who, const std::string& reason,
                                                steady_time now);
  /// The same, and logs it.
  void tell(const std::string& who, const std::string& reason);

 private:
  struct entry {
    steady_time logged;
    std::uint64_t silent = 0;  ///< refusals since
  };

  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, entry> entries_;  ///< by who and why
  std::uint64_t others_ = 0;                                      ///< for which there was no room
};

}  // namespace troupe::network
