#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/socket.h>

#include "actors/network/byte_stream.hpp"

namespace troupe::network {
namespace {

class plain_stream final : public byte_stream {
 public:
  explicit plain_stream(troupe::descriptor socket) : socket_(std::move(socket)) {}

  outcome shake_hands() override { return {}; }

  outcome read(std::span<char> into) override {
    const auto count = ::recv(socket_.get(), into.data(), into.size(), MSG_DONTWAIT);
    if (count == 0) return {.state = progress::over};
    return outcome_of(count, progress::awaits_read);
  }

  outcome write(std::span<const char> bytes) override {
    const auto count =
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return outcome_of(count, progress::awaits_write);
  }

  void end() override { ::shutdown(socket_.get(), SHUT_WR); }

  [[nodiscard]] std::optional<std::string> certificate() const override { return std::nullopt; }
  [[nodiscard]] int descriptor() const override { return socket_.get(); }
  [[nodiscard]] std::string failure() const override {
    return std::generic_category().message(error_);
  }

 private:
  outcome outcome_of(ssize_t count, progress awaited) {
    if (count >= 0) return {.bytes = static_cast<std::size_t>(count)};
    if (errno == EINTR) return {};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {.state = awaited};
    error_ = errno;
    return {.state = progress::failed};
  }

  troupe::descriptor socket_;
  int error_ = 0;
};

}  // namespace

byte_stream_ptr make_plain_stream(descriptor socket) {
  return std::make_unique<plain_stream>(std::move(socket));
}

}  // namespace troupe::network
