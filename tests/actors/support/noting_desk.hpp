#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "protocol/inspection_desk.hpp"

namespace troupe::test {

/// Answers as the test wants, or says the question again, and notes who is there.
class noting_desk final : public inspection_desk {
 public:
  using answering = std::function<std::string(const std::string&, const asker&)>;

  explicit noting_desk(answering answers = {}) : answers_(std::move(answers)) {}

  void came(const asker& inspector) override {
    const std::lock_guard lock{mutex_};
    came_.push_back(inspector);
  }
  void left(const asker&) override {
    const std::lock_guard lock{mutex_};
    ++left_;
  }
  std::string answer(const std::string& question, const asker& inspector) override {
    return answers_ ? answers_(question, inspector) : question;
  }

  [[nodiscard]] std::vector<asker> all() const {
    const std::lock_guard lock{mutex_};
    return came_;
  }
  [[nodiscard]] std::size_t there() const {
    const std::lock_guard lock{mutex_};
    return came_.size() - left_;
  }

 private:
  answering answers_;
  mutable std::mutex mutex_;
  std::vector<asker> came_;
  std::size_t left_ = 0;
};

}  // namespace troupe::test
