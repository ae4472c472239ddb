#include "tests/unit/relay/crypto/test_pki.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <fstream>

#include "base/bytes.h"
#include "base/check.h"

namespace turnpike::crypto::testing {
namespace {

template <class Write>
std::string to_pem(Write write) {
  const OpensslPtr<BIO> out(BIO_new(BIO_s_mem()));
  CHECK(write(out.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

TempFolder::TempFolder() {
  std::string pattern = std::filesystem::temp_directory_path() / "turnpike-crypto-XXXXXX";
  CHECK(mkdtemp(pattern.data()) != nullptr);
  folder_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string TempFolder::write(std::string_view name, std::string_view content) const {
  std::ofstream file(path(name), std::ios::binary);
  file << content;
  CHECK(file.good());
  return path(name);
}

OpensslPtr<EVP_PKEY> make_ec_key() {
  return OpensslPtr<EVP_PKEY>(EVP_EC_gen("P-256"));
}

EVP_PKEY* shared_rsa_key() {
  static const OpensslPtr<EVP_PKEY> key(EVP_RSA_gen(2048));
  CHECK(key != nullptr);
  return key.get();
}

OpensslPtr<X509> issue(std::string_view common_name, EVP_PKEY* key, Issuer issuer,
                       bool is_authority) {
  static long serial = 1;
  OpensslPtr<X509> certificate(X509_new());
  X509* raw = certificate.get();
  X509_set_version(raw, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(raw), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(raw), -3600);
  X509_gmtime_adj(X509_getm_notAfter(raw), 3600);
  X509_set_pubkey(raw, key);
  X509_NAME* subject = X509_get_subject_name(raw);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, as_bytes(common_name).data(),
                             static_cast<int>(common_name.size()), -1, 0);
  X509_set_issuer_name(
      raw, issuer.certificate == nullptr ? subject : X509_get_subject_name(issuer.certificate));
  X509_EXTENSION* constraints =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints,
                          is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  CHECK(constraints != nullptr && X509_add_ext(raw, constraints, -1) == 1);
  X509_EXTENSION_free(constraints);
  CHECK(X509_sign(raw, issuer.key == nullptr ? key : issuer.key, EVP_sha256()) > 0);
  return certificate;
}

std::string certificate_pem(X509* certificate) {
  return to_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

std::string key_pem(EVP_PKEY* key, std::string_view password) {
  return to_pem([&](BIO* out) {
    return PEM_write_bio_PKCS8PrivateKey(out, key, password.empty() ? nullptr : EVP_aes_256_cbc(),
                                         password.empty() ? nullptr : password.data(),
                                         static_cast<int>(password.size()), nullptr, nullptr);
  });
}

std::string dh_parameters_pem(const char* group) {
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr);
  CHECK(context != nullptr && EVP_PKEY_fromdata_init(context) == 1);
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(group), 0),
      OSSL_PARAM_construct_end()};
  EVP_PKEY* made = nullptr;
  CHECK(EVP_PKEY_fromdata(context, &made, EVP_PKEY_KEY_PARAMETERS, params) == 1);
  EVP_PKEY_CTX_free(context);
  const OpensslPtr<EVP_PKEY> parameters(made);
  return to_pem([&](BIO* out) { return PEM_write_bio_Parameters(out, parameters.get()); });
}

Pki::Pki()
    : root_key(make_ec_key()),
      intermediate_key(make_ec_key()),
      server_key(make_ec_key()),
      client_key(make_ec_key()),
      root(issue("test root", root_key.get(), {}, true)),
      intermediate(
          issue("test intermediate", intermediate_key.get(), {root.get(), root_key.get()}, true)),
      server(issue("turn.example.org", server_key.get(),
                   {intermediate.get(), intermediate_key.get()})),
      client(issue("a client", client_key.get(), {root.get(), root_key.get()})) {}

}  // namespace turnpike::crypto::testing
