#include "apps/node/inspection/kept_answer.hpp"

#include <algorithm>

namespace troupe {

std::shared_ptr<const std::string> kept_answer::get(const std::function<std::string()>& make) {
  const std::lock_guard lock{mutex_};
  const auto began = now_();
  if (kept_ && began < good_until_) return kept_;
  kept_ = std::make_shared<const std::string>(make());
  const auto ended = now_();
  good_until_ = ended + std::min<steady_time::duration>(times_as_old * (ended - began), oldest);
  return kept_;
}

void kept_answer::forget() {
  const std::lock_guard lock{mutex_};
  kept_.reset();
}

}  // namespace troupe
