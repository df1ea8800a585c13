#pragma once

#include <string>

struct ssl_st;
struct x509_store_ctx_st;

namespace troupe::network {

/// What OpenSSL last complained of in this thread, in its own words.
[[nodiscard]] std::string last_tls_complaint();

/// Why a certificate was not accepted, in words for people: begins with "its certificate".
/// `code` is one of X509_V_ERR_*.
[[nodiscard]] std::string certificate_complaint(long code);

/// Why the connection failed, in words for people; what OpenSSL says of it in this thread is used
/// up.
[[nodiscard]] std::string tls_failure_of(const ssl_st& connection);

}  // namespace troupe::network
