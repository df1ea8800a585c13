#include "apps/inspect/terminal/question_queue.hpp"

#include <cerrno>
#include <exception>
#include <system_error>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

namespace troupe::inspecting::terminal {

question_queue::question_queue(const node_watches& watches)
    : watches_(watches), answer_descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!answer_descriptor_) throw std::system_error{errno, std::generic_category(), "eventfd"};
  thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

question_queue::~question_queue() {
  thread_.request_stop();
  const std::lock_guard lock{mutex_};
  for (const auto& [name, channel] : channels_) channel->interrupt();
}

void question_queue::ask(const target& node, std::string question) {
  {
    const std::lock_guard lock{mutex_};
    questions_.push_back(
        {.node = node, .question = std::move(question), .answer = {}, .refusal = {}});
  }
  waiting_.notify_one();
}

std::vector<asked_question> question_queue::take_answers() {
  std::uint64_t count = 0;
  static_cast<void>(!::read(answer_descriptor_.get(), &count, sizeof count));
  const std::lock_guard lock{mutex_};
  return std::exchange(answers_, {});
}

void question_queue::run(const std::stop_token& stop) {
  while (auto question = next(stop)) {
    put(*question, stop);
    note_answer(std::move(*question));
  }
}

std::optional<asked_question> question_queue::next(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  waiting_.wait(lock, stop, [this] { return !questions_.empty(); });
  if (stop.stop_requested()) return std::nullopt;
  auto question = std::move(questions_.front());
  questions_.pop_front();
  return question;
}

void question_queue::put(asked_question& question, const std::stop_token& stop) {
  try {
    auto& channel = channel_to(question.node);
    if (stop.stop_requested()) return;  // whoever interrupts channels may have missed this one
    question.answer = channel.ask(nlohmann::json::parse(question.question));
  } catch (const std::exception& trouble) {
    question.refusal = trouble.what();
  }
}

node_channel& question_queue::channel_to(const target& node) {
  const std::lock_guard lock{mutex_};
  auto key = to_string(node);
  auto found = channels_.find(key);
  // A channel that cannot be made leaves no entry without one.
  if (found == channels_.end())
    found = channels_.emplace(std::move(key), watches_.open_channel_to(node)).first;
  return *found->second;
}

void question_queue::note_answer(asked_question answered) {
  {
    const std::lock_guard lock{mutex_};
    answers_.push_back(std::move(answered));
  }
  const std::uint64_t once = 1;
  // It can fail only where it has been done very often.
  static_cast<void>(!::write(answer_descriptor_.get(), &once, sizeof once));
}

}  // namespace troupe::inspecting::terminal
