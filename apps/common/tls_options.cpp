#include "apps/common/tls_options.hpp"

#include "protocol/failure.hpp"

namespace troupe {

std::optional<network::tls_files> tls_options::files() const {
  if (!certificate && !key && !authority) return std::nullopt;
  if (!certificate || !key || !authority)
    throw failure{failure_kind::bad_value,
                  "--tls-cert, --tls-key and --tls-ca belong together: give all three, or none"};
  return network::tls_files{.certificate = *certificate, .key = *key, .authority = *authority};
}

void add_tls_options(CLI::App& app, tls_options& target, const std::string& group) {
  const auto add = [&](const char* name, auto& value, const char* help) {
    app.add_option(name, value, help)->type_name("FILE")->group(group);
  };
  add("--tls-cert", target.certificate,
      "Secure all links by TLS 1.3: the certificate that other nodes know this one by, in PEM "
      "form. Both ends show one; without these three options links are plain");
  add("--tls-key", target.key, "Its private key");
  add("--tls-ca", target.authority,
      "Whose certificates are trusted: of whoever has one, at whatever host");
}

}  // namespace troupe
