#include "actors/network/certificate_authority.hpp"

#include <array>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "actors/network/tls_reason.hpp"

namespace troupe::network {
namespace {

using key_ptr = std::shared_ptr<EVP_PKEY>;
using certificate_ptr = std::shared_ptr<X509>;
using system_time = std::chrono::system_clock::time_point;

constexpr long version_3 = 2;
constexpr int serial_bits = 127;

void expect(bool done, const char* what) {
  if (!done) throw std::runtime_error{std::string{what} + ": " + last_tls_complaint()};
}

key_ptr make_key() {
  key_ptr result{EVP_EC_gen("P-256"), &EVP_PKEY_free};
  expect(result != nullptr, "no key can be made");
  return result;
}

void set_serial(X509& certificate) {
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number{BN_new(), &BN_free};
  expect(number && BN_rand(number.get(), serial_bits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
             BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr,
         "no serial number can be made");
}

void set_name(X509& certificate, const std::string& name) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(name.c_str());
  expect(X509_NAME_add_entry_by_txt(X509_get_subject_name(&certificate), "CN", MBSTRING_UTF8, bytes,
                                    static_cast<int>(name.size()), -1, 0) == 1,
         "this cannot be a certificate's name");
}

void set_validity(X509& certificate, const certificate_authority::validity& valid) {
  const auto set = [](ASN1_TIME* target, system_time when) {
    expect(ASN1_TIME_set(target, std::chrono::system_clock::to_time_t(when)) != nullptr,
           "this cannot be a certificate's time");
  };
  set(X509_getm_notBefore(&certificate), valid.from);
  set(X509_getm_notAfter(&certificate), valid.until);
}

void add_extension(X509& certificate, X509& issuer, int which, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension{
      X509V3_EXT_conf_nid(nullptr, &context, which, value), &X509_EXTENSION_free};
  expect(extension && X509_add_ext(&certificate, extension.get(), -1) == 1,
         "a certificate's extension cannot be made");
}

certificate_ptr begin_certificate(const std::string& name, EVP_PKEY& key,
                                  const certificate_authority::validity& valid) {
  certificate_ptr result{X509_new(), &X509_free};
  expect(result && X509_set_version(result.get(), version_3) == 1 &&
             X509_set_pubkey(result.get(), &key) == 1,
         "no certificate can be made");
  set_serial(*result);
  set_name(*result, name);
  set_validity(*result, valid);
  return result;
}

void sign(X509& certificate, const X509& issuer, EVP_PKEY& key) {
  expect(X509_set_issuer_name(&certificate, X509_get_subject_name(&issuer)) == 1 &&
             X509_sign(&certificate, &key, EVP_sha256()) != 0,
         "a certificate cannot be signed");
}

template <class Write>
std::string to_pem(Write write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory{BIO_new(BIO_s_mem()), &BIO_free};
  expect(memory && write(memory.get()) == 1, "PEM cannot be written");
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

tls_identity to_identity(X509& certificate, EVP_PKEY& key) {
  return {.certificate = to_pem([&](BIO* out) { return PEM_write_bio_X509(out, &certificate); }),
          .key = to_pem([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, &key, nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace

certificate_authority::certificate_authority(const std::string& name, const validity& valid)
    : key_(make_key()), certificate_(begin_certificate(name, *key_, valid)) {
  add_extension(*certificate_, *certificate_, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(*certificate_, *certificate_, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(*certificate_, *certificate_, NID_subject_key_identifier, "hash");
  sign(*certificate_, *certificate_, *key_);
}

tls_identity certificate_authority::identity() const { return to_identity(*certificate_, *key_); }

tls_identity certificate_authority::issue(const std::string& name, const validity& valid,
                                          const std::string& purposes) const {
  const auto key = make_key();
  const auto made = begin_certificate(name, *key, valid);
  add_extension(*made, *certificate_, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(*made, *certificate_, NID_key_usage, "critical,digitalSignature");
  add_extension(*made, *certificate_, NID_ext_key_usage, purposes.c_str());
  add_extension(*made, *certificate_, NID_authority_key_identifier, "keyid");
  sign(*made, *certificate_, *key_);
  return to_identity(*made, *key);
}

}  // namespace troupe::network
