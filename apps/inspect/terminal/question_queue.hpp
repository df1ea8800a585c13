#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "apps/inspect/node_watches.hpp"
#include "protocol/descriptor.hpp"

namespace troupe::inspecting::terminal {

/// A question to a node, and what came of it.
struct asked_question {
  target node;
  std::string question;                  ///< a line of protocol/inspection.md
  std::optional<nlohmann::json> answer;  ///< nothing where there is a refusal
  std::string refusal;                   ///< why there is no answer
};

/// Puts questions to nodes, one after the other, by a thread of its own: whoever asks does not
/// wait.
class question_queue {
 public:
  explicit question_queue(const node_watches& watches);
  question_queue(const question_queue&) = delete;
  question_queue& operator=(const question_queue&) = delete;
  /// Does not wait for an answer that is under way.
  ~question_queue();

  void ask(const target& node, std::string question);

  /// Readable when there is something to be taken.
  [[nodiscard]] int answer_descriptor() const { return answer_descriptor_.get(); }
  [[nodiscard]] std::vector<asked_question> take_answers();

 private:
  void run(const std::stop_token& stop);
  /// Nothing when it is over.
  [[nodiscard]] std::optional<asked_question> next(const std::stop_token& stop);
  void put(asked_question& question, const std::stop_token& stop);
  [[nodiscard]] node_channel& channel_to(const target& node);
  void note_answer(asked_question answered);

  const node_watches& watches_;
  descriptor answer_descriptor_;

  std::mutex mutex_;
  std::condition_variable_any waiting_;
  std::deque<asked_question> questions_;
  std::vector<asked_question> answers_;
  std::map<std::string, std::unique_ptr<node_channel>> channels_;

  std::jthread thread_;  ///< last: it uses all of the above
};

}  // namespace troupe::inspecting::terminal
