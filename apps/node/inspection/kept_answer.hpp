#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "protocol/clock.hpp"

namespace troupe {

/// One answer for all who ask within a moment: an answer is given again while it is young for what
/// it took to make. However many ask however often, answers so take a twentieth of one core's time.
/// May be used from any thread; who asks while one is made has that one.
class kept_answer {
 public:
  /// An answer may be so many times as old as its making took.
  static constexpr int times_as_old = 19;
  /// But no older than this.
  static constexpr std::chrono::milliseconds oldest{500};

  using clock_function = std::function<steady_time()>;

  explicit kept_answer(clock_function now = std::chrono::steady_clock::now)
      : now_(std::move(now)) {}

  /// What `make` makes, now or a moment ago. What it throws is the caller's.
  [[nodiscard]] std::shared_ptr<const std::string> get(const std::function<std::string()>& make);
  /// Something has been changed: the next one who asks is to see it.
  void forget();

 private:
  const clock_function now_;
  std::mutex mutex_;
  std::shared_ptr<const std::string> kept_;
  steady_time good_until_{};
};

}  // namespace troupe
