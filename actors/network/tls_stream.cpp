#include "actors/network/tls_stream.hpp"

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include "actors/network/printable.hpp"
#include "actors/network/tls_reason.hpp"

namespace troupe::network {
namespace {

class tls_stream final : public byte_stream {
 public:
  tls_stream(troupe::descriptor socket, SSL_CTX& context, initiative whose)
      : socket_(std::move(socket)), connection_(SSL_new(&context), &SSL_free) {
    if (!connection_ || SSL_set_fd(connection_.get(), socket_.get()) != 1) {
      failed_ = true;
      failure_ = "TLS has no room for another connection";
    } else if (whose == initiative::ours) {
      SSL_set_connect_state(connection_.get());
    } else {
      SSL_set_accept_state(connection_.get());
    }
  }

  outcome shake_hands() override {
    if (failed_) return {.state = progress::failed};
    if (SSL_is_init_finished(connection_.get()) != 0) return {};
    begin();
    return outcome_of(SSL_do_handshake(connection_.get()), 0);
  }

  outcome read(std::span<char> into) override {
    if (failed_) return {.state = progress::failed};
    std::size_t count = 0;
    begin();
    const int result = SSL_read_ex(connection_.get(), into.data(), into.size(), &count);
    return outcome_of(result, count);
  }

  outcome write(std::span<const char> bytes) override {
    if (failed_) return {.state = progress::failed};
    std::size_t count = 0;
    begin();
    const int result = SSL_write_ex(connection_.get(), bytes.data(), bytes.size(), &count);
    return outcome_of(result, count);
  }

  void end() override {
    begin();
    if (!failed_ && SSL_is_init_finished(connection_.get()) != 0) SSL_shutdown(connection_.get());
    ::shutdown(socket_.get(), SHUT_WR);
  }

  [[nodiscard]] std::optional<std::string> certificate() const override {
    const std::unique_ptr<X509, decltype(&X509_free)> shown{
        SSL_get1_peer_certificate(connection_.get()), &X509_free};
    if (!shown) return std::nullopt;
    std::array<char, longest_words_of_a_peer> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name.data(),
                              static_cast<int>(name.size()));
    return printable(name.data());
  }

  [[nodiscard]] int descriptor() const override { return socket_.get(); }
  [[nodiscard]] std::string failure() const override { return failure_; }

 private:
  /// What OpenSSL says of the next step is about that alone.
  static void begin() {
    ERR_clear_error();
    errno = 0;
  }

  outcome outcome_of(int result, std::size_t bytes) {
    if (result == 1) return {.bytes = bytes};
    const int error = errno;
    switch (SSL_get_error(connection_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return {.state = progress::awaits_read};
      case SSL_ERROR_WANT_WRITE:
        return {.state = progress::awaits_write};
      case SSL_ERROR_ZERO_RETURN:
        return {.state = progress::over};
      case SSL_ERROR_SYSCALL:
        failed_ = true;
        failure_ = error == 0 ? "it ended the connection" : std::generic_category().message(error);
        return {.state = progress::failed};
      default:
        failed_ = true;
        failure_ = tls_failure_of(*connection_);
        pass_over_the_rest();
        return {.state = progress::failed};
    }
  }

  /// Were it left unread, the kernel would break the connection off before the far end has heard
  /// why.
  void pass_over_the_rest() const {
    constexpr int most_reads = 16;
    std::array<char, 4096> rest;
    for (int i = 0; i < most_reads; ++i)
      if (::recv(socket_.get(), rest.data(), rest.size(), MSG_DONTWAIT) <= 0) return;
  }

  troupe::descriptor socket_;
  std::unique_ptr<SSL, decltype(&SSL_free)> connection_;
  bool failed_ = false;
  std::string failure_;
};

}  // namespace

byte_stream_ptr make_tls_stream(descriptor socket, ssl_ctx_st& context, initiative whose) {
  return std::make_unique<tls_stream>(std::move(socket), context, whose);
}

}  // namespace troupe::network
