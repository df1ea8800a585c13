#include "actors/network/link_dial.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace troupe::network {

link_dial::link_dial(runtime::poller& poller, const caf::strong_actor_ptr& subscriber,
                     const tcp_endpoint& to, std::shared_ptr<const tls_context> tls)
    : tls_(std::move(tls)), socket_(begin_to_connect(to)) {
  if (!socket_) {
    failure_ = std::generic_category().message(errno);
    return;
  }
  watch_.emplace(poller, socket_.get(), subscriber);
  watch_->arm(runtime::interest::write);
}

link_dial::progress link_dial::fail(const std::string& why) {
  failure_ = why;
  watch_.reset();
  stream_.reset();
  socket_.reset();
  return progress::failed;
}

link_dial::progress link_dial::advance() {
  if (!failure_.empty()) return progress::failed;
  if (socket_) {
    if (const int error = connection_error(socket_.get()))
      return fail(std::generic_category().message(error));
    // Whoever watches several descriptors may have been told of another.
    if (!is_connected(socket_.get())) {
      watch_->arm(runtime::interest::write);
      return progress::under_way;
    }
    stream_ = make_stream(std::move(socket_), initiative::ours, tls_);
  }
  switch (stream_->shake_hands().state) {
    case byte_stream::progress::made:
      watch_.reset();
      return progress::connected;
    case byte_stream::progress::awaits_read:
      watch_->arm(runtime::interest::read);
      return progress::under_way;
    case byte_stream::progress::awaits_write:
      watch_->arm(runtime::interest::write);
      return progress::under_way;
    case byte_stream::progress::over:
      return fail("it ended the connection before it had begun");
    case byte_stream::progress::failed:
      return fail(stream_->failure());
  }
  return progress::under_way;
}

byte_stream_ptr link_dial::take() { return std::move(stream_); }

}  // namespace troupe::network
