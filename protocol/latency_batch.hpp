#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <caf/error.hpp>
#include <caf/intrusive_ptr.hpp>
#include <caf/meta/load_callback.hpp>

#include "protocol/client_number.hpp"
#include "protocol/latency.hpp"

namespace troupe {

/// Memory for readings, which is used again when nobody reads it any more.
class latency_page {
 public:
  std::vector<latency_sample> samples;

  /// Whether the caller is the only one who holds it; then it may be changed.
  [[nodiscard]] bool is_held_once() const { return holders_.load(std::memory_order_acquire) == 1; }

 private:
  friend void intrusive_ptr_add_ref(const latency_page* page) noexcept {
    page->holders_.fetch_add(1, std::memory_order_relaxed);
  }
  friend void intrusive_ptr_release(const latency_page* page) noexcept {
    if (page->holders_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete page;
  }

  mutable std::atomic<std::uint32_t> holders_{0};
};

/// Readings in the order they were taken. Actors on a frame's way gather these and hand them over
/// now and then: a message for many frames, never one for each. Copies share the readings.
/// `client` is whose frames they are of; 0 if they are everybody's.
class latency_batch {
 public:
  latency_batch() : latency_batch(std::vector<latency_sample>{}) {}
  explicit latency_batch(std::vector<latency_sample> samples, client_number client = {})
      : page_(new latency_page), client_(client) {
    page_->samples = std::move(samples);
  }
  latency_batch(caf::intrusive_ptr<latency_page> page, client_number client)
      : page_(std::move(page)), client_(client) {}

  [[nodiscard]] std::span<const latency_sample> samples() const { return page_->samples; }
  [[nodiscard]] client_number client() const { return client_; }

  template <class Inspector>
  friend typename Inspector::result_type inspect(Inspector& f, latency_batch& x) {
    auto samples = x.page_->samples;
    if constexpr (Inspector::writes_state) {
      const auto load = [&]() -> caf::error {
        x = latency_batch{std::move(samples), x.client_};
        return {};
      };
      return f(x.client_, samples, caf::meta::load_callback(load));
    } else {
      return f(x.client_, samples);
    }
  }

 private:
  caf::intrusive_ptr<latency_page> page_;
  client_number client_{};
};

/// Where one actor gathers its readings. Allocates nothing more once two batches have been handed
/// over, provided that they are read in time.
class latency_notes {
 public:
  /// Readings in a batch: of 32 frames, where each gives three.
  static constexpr std::size_t capacity = 96;

  void add(latency_stage stage, std::chrono::nanoseconds duration);

  [[nodiscard]] bool empty() const { return !pages_[0] || pages_[0]->samples.empty(); }
  /// Time to hand over: there may be no room for another frame's.
  [[nodiscard]] bool full() const;
  /// What was gathered since the last time. Expects that it is not empty.
  [[nodiscard]] latency_batch take(client_number client = {});

 private:
  std::array<caf::intrusive_ptr<latency_page>, 2> pages_;  ///< the one in use, and the one before
};

}  // namespace troupe
