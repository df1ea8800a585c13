#pragma once

#include <chrono>
#include <memory>
#include <string>

struct evp_pkey_st;
struct x509_st;

namespace troupe::network {

/// What one node needs to be known to others, in PEM form.
struct tls_identity {
  std::string certificate;
  std::string key;
};

/// Makes certificates for nodes that are to trust each other, and nobody else.
class certificate_authority {
 public:
  struct validity {
    std::chrono::system_clock::time_point from;
    std::chrono::system_clock::time_point until;
  };

  /// A new one. `name` is for people. Throws std::runtime_error if OpenSSL cannot make it.
  certificate_authority(const std::string& name, const validity& valid);

  /// What others are to trust, and the key that nobody else is to have.
  [[nodiscard]] tls_identity identity() const;
  /// Of a node. `name` is for people. `purposes` is the extended key usage, in OpenSSL's words: a
  /// node calls and is called.
  [[nodiscard]] tls_identity issue(const std::string& name, const validity& valid,
                                   const std::string& purposes = "serverAuth,clientAuth") const;

 private:
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
};

}  // namespace troupe::network
