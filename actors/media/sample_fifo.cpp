#include "actors/media/sample_fifo.hpp"

#include <algorithm>

namespace troupe::media {

void sample_fifo::append(std::span<const float> samples) {
  std::ranges::copy(samples, extend(samples.size()).begin());
}

std::span<float> sample_fifo::extend(std::size_t count) {
  // Moving the rest to the front only when at least as much is free there keeps it cheap.
  if (first_ > 0 && first_ >= size()) {
    store_.erase(store_.begin(), store_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  store_.resize(store_.size() + count);
  return std::span{store_}.last(count);
}

void sample_fifo::retract(std::size_t count) {
  store_.resize(store_.size() - std::min(count, size()));
}

void sample_fifo::drop(std::size_t count) { first_ += std::min(count, size()); }

void sample_fifo::clear() {
  store_.clear();
  first_ = 0;
}

}  // namespace troupe::media
