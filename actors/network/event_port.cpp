#include "actors/network/event_port.hpp"

#include <utility>

namespace troupe::network {

namespace {

constexpr std::uint8_t is_readable = 1;
constexpr std::uint8_t is_writable = 2;
constexpr std::uint8_t is_hung_up = 4;

std::uint8_t packed(const readiness& news) {
  return static_cast<std::uint8_t>((news.readable ? is_readable : 0) |
                                   (news.writable ? is_writable : 0) |
                                   (news.hung_up ? is_hung_up : 0));
}

readiness unpacked(std::uint8_t news) {
  return {.readable = (news & is_readable) != 0,
          .writable = (news & is_writable) != 0,
          .hung_up = (news & is_hung_up) != 0};
}

}  // namespace

void event_port::open(int descriptor, handler handle) {
  handler_ = std::move(handle);
  watch_.emplace(multiplexer_.poller(), descriptor,
                 caf::intrusive_ptr<runtime::readiness_observer>{this});
}

void event_port::close() {
  watch_.reset();
  handler_ = nullptr;
}

void event_port::on_ready(const readiness& news) {
  if (news_.fetch_or(packed(news)) != 0) return;  // on its way already
  ref();                                          // until it has been told
  multiplexer_.exec_later(this);
}

caf::resumable::resume_result event_port::resume(caf::execution_unit*, std::size_t) {
  const auto news = unpacked(news_.exchange(0));
  if (handler_) {
    const auto handle = handler_;  // that may close it
    handle(news);
  }
  return done;
}

}  // namespace troupe::network
