#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "protocol/descriptor.hpp"

namespace troupe {

/// Has answers made one after the other, by a thread of its own: whoever orders one does not wait.
class slow_answers {
 public:
  /// Throws nothing.
  using maker = std::function<std::string()>;

  struct made_answer {
    std::uint64_t whose = 0;
    std::string text;
  };

  slow_answers();
  slow_answers(const slow_answers&) = delete;
  slow_answers& operator=(const slow_answers&) = delete;
  /// Waits for the answer that is being made; those ordered after it are not made any more.
  ~slow_answers() = default;

  void order(std::uint64_t whose, maker make);
  /// What was ordered is not made any more, unless that has begun.
  void forget(std::uint64_t whose);

  /// Readable when there are answers to take.
  [[nodiscard]] int answer_descriptor() const { return answer_descriptor_.get(); }
  [[nodiscard]] std::vector<made_answer> take();

 private:
  struct ordered_answer {
    std::uint64_t whose = 0;
    maker make;
  };

  void run(const std::stop_token& stop);
  /// Nothing when it is over.
  [[nodiscard]] std::optional<ordered_answer> next(const std::stop_token& stop);
  void note(made_answer made);

  descriptor answer_descriptor_;

  std::mutex mutex_;
  std::condition_variable_any waiting_;
  std::deque<ordered_answer> orders_;
  std::vector<made_answer> answers_;

  std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace troupe
