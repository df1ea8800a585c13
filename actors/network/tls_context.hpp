#pragma once

#include <memory>
#include <string>

#include "actors/network/byte_stream.hpp"
#include "protocol/descriptor.hpp"

struct ssl_ctx_st;

namespace troupe::network {

/// By what a node is known to others, and by what it knows them: files in PEM form.
struct tls_files {
  std::string certificate;  ///< its own, with those between it and the authority after it
  std::string key;          ///< of that certificate
  std::string authority;    ///< whose certificates are trusted
  friend bool operator==(const tls_files&, const tls_files&) = default;
};

/// How a node's links are secured: TLS 1.3, and both ends show a certificate. Whoever has one of
/// the authority's is a node; what host it is at makes no difference. May be used from any thread.
class tls_context {
 public:
  /// Throws failure{unreadable, unknown_format, bad_value}.
  explicit tls_context(const tls_files& files);

  /// Why nodes of the same authority would refuse this one's own certificate; empty if they take
  /// it.
  [[nodiscard]] std::string complaint() const;

  /// `socket` is a connected stream socket, of a connection that was made as `whose` says.
  [[nodiscard]] byte_stream_ptr make_stream(descriptor socket, initiative whose) const;

 private:
  std::shared_ptr<ssl_ctx_st> context_;
};

/// For a node with these files. Throws as the context does, and failure{bad_value} if nobody would
/// take its certificate.
[[nodiscard]] std::shared_ptr<const tls_context> open_tls(const tls_files& files);

/// Plain without a context.
[[nodiscard]] byte_stream_ptr make_stream(descriptor socket, initiative whose,
                                          const std::shared_ptr<const tls_context>& tls);

}  // namespace troupe::network
