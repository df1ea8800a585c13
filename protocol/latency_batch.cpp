#include "protocol/latency_batch.hpp"

namespace troupe {
namespace {

/// Each frame gives at most as many readings at once.
constexpr std::size_t most_of_a_frame = 3;

}  // namespace

void latency_notes::add(latency_stage stage, std::chrono::nanoseconds duration) {
  auto& page = pages_[0];
  if (!page) {
    page.reset(new latency_page);
    page->samples.reserve(capacity);
  }
  page->samples.push_back({stage, duration});
}

bool latency_notes::full() const {
  return !empty() && pages_[0]->samples.size() + most_of_a_frame > capacity;
}

latency_batch latency_notes::take(client_number client) {
  std::swap(pages_[0], pages_[1]);
  if (pages_[0] && pages_[0]->is_held_once()) {
    pages_[0]->samples.clear();
  } else {
    pages_[0] = nullptr;
  }
  return {pages_[1], client};
}

}  // namespace troupe
