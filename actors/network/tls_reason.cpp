#include "actors/network/tls_reason.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace troupe::network {
namespace {

/// A reason of OpenSSL's, of which an alert from the far end is one.
std::string words_for(unsigned long error) {
  switch (ERR_GET_REASON(error)) {
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return "it showed no certificate; give it --tls-cert, --tls-key and --tls-ca";
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_UNEXPECTED_MESSAGE:
    case SSL_R_BAD_RECORD_TYPE:
    case SSL_R_RECORD_TOO_SMALL:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return "it does not speak TLS; if it is a node, give it --tls-cert, --tls-key and --tls-ca";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return "it does not speak TLS 1.3";
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
      return "it ended the connection";
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return "it wants a certificate of us; use --tls-cert, --tls-key and --tls-ca";
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
      return "it refused our certificate, which is not from the authority that it trusts";
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
      return "it refused our certificate, which has expired; make a new one";
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
      return "it refused our certificate";
    default:
      break;
  }
  const char* const own_words = ERR_reason_error_string(error);
  return std::string{"TLS failed: "} + (own_words != nullptr ? own_words : "for no known reason");
}

}  // namespace

std::string last_tls_complaint() {
  const char* const words = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return words != nullptr ? words : "it is no such file";
}

std::string certificate_complaint(long code) {
  switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "its certificate has expired; make a new one";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "its certificate is not valid yet; see whether the clocks are right";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "its certificate is not from the authority that is trusted here (--tls-ca)";
    default:
      return std::string{"its certificate cannot be used: "} + X509_verify_cert_error_string(code);
  }
}

std::string tls_failure_of(const ssl_st& connection) {
  const auto error = ERR_peek_error();
  ERR_clear_error();
  const long verified = SSL_get_verify_result(&connection);
  if (ERR_GET_REASON(error) == SSL_R_CERTIFICATE_VERIFY_FAILED && verified != X509_V_OK)
    return certificate_complaint(verified);
  return words_for(error);
}

}  // namespace troupe::network
