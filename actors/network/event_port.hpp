#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

#include <caf/resumable.hpp>

#include "actors/network/multiplexer.hpp"
#include "actors/runtime/poller.hpp"

namespace troupe::network {

/// What happens at one descriptor, for somebody who works in a multiplexer: without an allocation
/// for each time.
class event_port final : public runtime::readiness_observer, public caf::resumable {
 public:
  using handler = std::function<void(const readiness& news)>;

  explicit event_port(multiplexer& where) : multiplexer_(where) {}

  /// From now on `handle` is called, in the multiplexer, once for each time that it was armed.
  void open(int descriptor, handler handle);
  void arm(runtime::interest wanted) { watch_->arm(wanted); }
  /// `handle` is never called again.
  void close();

  // For the poller and the multiplexer.
  void on_ready(const readiness& news) override;
  resume_result resume(caf::execution_unit* where, std::size_t) override;
  subtype_t subtype() const override { return function_object; }
  void intrusive_ptr_add_ref_impl() override { ref(); }
  void intrusive_ptr_release_impl() override { deref(); }

 private:
  multiplexer& multiplexer_;
  handler handler_;
  std::optional<runtime::watch> watch_;
  std::atomic<std::uint8_t> news_{0};  ///< that was not told yet; what it holds is in the .cpp
};

}  // namespace troupe::network
