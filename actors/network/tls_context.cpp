#include "actors/network/tls_context.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "actors/network/tls_reason.hpp"
#include "actors/network/tls_stream.hpp"
#include "protocol/failure.hpp"

namespace troupe::network {
namespace {

void expect_readable(const std::string& path, const char* option) {
  if (::access(path.c_str(), R_OK) == 0) return;
  throw failure{failure_kind::unreadable,
                fmt::format("cannot read {} {}: {}; files to try it out with are made by: "
                            "troupe-node --make-certs DIR",
                            option, path, std::generic_category().message(errno))};
}

failure not_in_form(const std::string& path, const char* option, const char* what) {
  return {failure_kind::unknown_format,
          fmt::format("{} {}: it holds no {} in PEM form that can be used ({})", option, path, what,
                      last_tls_complaint())};
}

void load(ssl_ctx_st* context, const tls_files& files) {
  expect_readable(files.certificate, "--tls-cert");
  expect_readable(files.key, "--tls-key");
  expect_readable(files.authority, "--tls-ca");
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
    throw not_in_form(files.certificate, "--tls-cert", "certificate");
  if (SSL_CTX_load_verify_locations(context, files.authority.c_str(), nullptr) != 1)
    throw not_in_form(files.authority, "--tls-ca", "certificate");
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) == 1) return;
  if (ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH)
    throw failure{failure_kind::bad_value,
                  fmt::format("--tls-key {} is not the key of --tls-cert {}; give the two that "
                              "belong together",
                              files.key, files.certificate)};
  throw not_in_form(files.key, "--tls-key", "private key");
}

/// A node shows the same certificate whether it calls or is called.
std::string complaint_about_purpose(X509* certificate) {
  if (X509_check_purpose(certificate, X509_PURPOSE_SSL_SERVER, 0) != 1)
    return "it is not for a node that is called; its extended key usage has to have serverAuth";
  if (X509_check_purpose(certificate, X509_PURPOSE_SSL_CLIENT, 0) != 1)
    return "it is not for a node that calls; its extended key usage has to have clientAuth";
  return {};
}

/// Nobody is there to ask for it.
int no_passphrase(char*, int, int, void*) { return 0; }

}  // namespace

tls_context::tls_context(const tls_files& files)
    : context_(SSL_CTX_new(TLS_method()), &SSL_CTX_free) {
  if (!context_) throw std::runtime_error{"TLS cannot be used: " + last_tls_complaint()};
  auto* const context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_default_passwd_cb(context, &no_passphrase);
  // Links last: what would make the next handshake shorter only costs.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  // What waits to be written may be written in parts, and moves when more comes.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  load(context, files);
}

std::string tls_context::complaint() const {
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check{X509_STORE_CTX_new(),
                                                                              &X509_STORE_CTX_free};
  STACK_OF(X509)* between = nullptr;
  SSL_CTX_get0_chain_certs(context_.get(), &between);
  if (!check || X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(context_.get()),
                                    SSL_CTX_get0_certificate(context_.get()), between) != 1)
    return "its certificate cannot be checked: " + last_tls_complaint();
  if (X509_verify_cert(check.get()) != 1)
    return certificate_complaint(X509_STORE_CTX_get_error(check.get()));
  return complaint_about_purpose(X509_STORE_CTX_get0_cert(check.get()));
}

byte_stream_ptr tls_context::make_stream(descriptor socket, initiative whose) const {
  return make_tls_stream(std::move(socket), *context_, whose);
}

std::shared_ptr<const tls_context> open_tls(const tls_files& files) {
  auto result = std::make_shared<const tls_context>(files);
  if (const auto why = result->complaint(); !why.empty())
    throw failure{failure_kind::bad_value,
                  fmt::format("--tls-cert {}: other nodes would refuse it, since {}",
                              files.certificate, why)};
  return result;
}

byte_stream_ptr make_stream(descriptor socket, initiative whose,
                            const std::shared_ptr<const tls_context>& tls) {
  return tls ? tls->make_stream(std::move(socket), whose) : make_plain_stream(std::move(socket));
}

}  // namespace troupe::network
