#include "apps/node/inspection/slow_answers.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/eventfd.h>

#include "apps/common/give_way.hpp"

namespace troupe {

slow_answers::slow_answers() : answer_descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!answer_descriptor_) throw std::system_error{errno, std::generic_category(), "eventfd"};
  thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

void slow_answers::order(std::uint64_t whose, maker make) {
  {
    const std::lock_guard lock{mutex_};
    orders_.push_back({.whose = whose, .make = std::move(make)});
  }
  waiting_.notify_one();
}

void slow_answers::forget(std::uint64_t whose) {
  const std::lock_guard lock{mutex_};
  std::erase_if(orders_, [whose](const auto& each) { return each.whose == whose; });
}

std::vector<slow_answers::made_answer> slow_answers::take() {
  eventfd_t count = 0;
  ::eventfd_read(answer_descriptor_.get(), &count);
  const std::lock_guard lock{mutex_};
  return std::exchange(answers_, {});
}

void slow_answers::run(const std::stop_token& stop) {
  give_way_to_actors();
  while (const auto ordered = next(stop)) note({.whose = ordered->whose, .text = ordered->make()});
}

std::optional<slow_answers::ordered_answer> slow_answers::next(const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  waiting_.wait(lock, stop, [this] { return !orders_.empty(); });
  if (stop.stop_requested()) return std::nullopt;
  auto result = std::move(orders_.front());
  orders_.pop_front();
  return result;
}

void slow_answers::note(made_answer made) {
  {
    const std::lock_guard lock{mutex_};
    answers_.push_back(std::move(made));
  }
  ::eventfd_write(answer_descriptor_.get(), 1);
}

}  // namespace troupe
