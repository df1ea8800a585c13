#include "actors/probe/duration_histogram.hpp"

#include <exception>
#include <new>

namespace troupe::probe {
namespace {

/// Only one writes: no need for the processor to lock anything.
template <class Number>
void increase(std::atomic<Number>& number, Number by) noexcept {
  number.store(number.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace

duration_histogram::~duration_histogram() {
  for (auto* each = first_.load(); each != nullptr;) {
    auto* const next = each->next.load();
    std::pmr::polymorphic_allocator<octave_counts>{memory_}.delete_object(each);
    each = next;
  }
}

void duration_histogram::add(std::chrono::nanoseconds duration) noexcept {
  const auto place = duration_buckets::of(duration);
  if (auto* const counts = counts_of(place.octave); counts != nullptr)
    increase(counts->counts[place.bucket], std::uint32_t{1});
  if (duration > max()) max_ns_.store(duration.count(), std::memory_order_relaxed);
  increase(total_ns_, duration.count());
  increase(count_, std::uint64_t{1});
}

duration_histogram::octave_counts* duration_histogram::counts_of(std::size_t octave) noexcept {
  auto* end = &first_;
  for (auto* each = end->load(std::memory_order_relaxed); each != nullptr;
       each = end->load(std::memory_order_relaxed)) {
    if (each->octave == octave) return each;
    end = &each->next;
  }
  try {
    auto* const made =
        std::pmr::polymorphic_allocator<octave_counts>{memory_}.new_object<octave_counts>(octave);
    end->store(made, std::memory_order_release);
    return made;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void duration_histogram::add_to(duration_tally& tally) const {
  tally.add(count(), total(), max());
  for (const auto* each = first_.load(std::memory_order_acquire); each != nullptr;
       each = each->next.load(std::memory_order_acquire)) {
    for (std::size_t i = 0; i < each->counts.size(); ++i)
      if (const auto count = each->counts[i].load(std::memory_order_relaxed); count > 0)
        tally.add_to_bucket({each->octave, i}, count);
  }
}

}  // namespace troupe::probe
