#include "relay/crypto/self_signed.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "base/check.h"
#include "relay/crypto/openssl_error.h"
#include "relay/crypto/openssl_ptr.h"

namespace turnpike::crypto {
namespace {

constexpr long kClockSkew_s = 3600;

struct GeneralNamesDelete {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, GeneralNamesDelete>;

void set_random_serial(X509* certificate) {
  std::array<std::uint8_t, 16> bytes{};
  CHECK(RAND_bytes(bytes.data(), bytes.size()) == 1);
  bytes[0] = (bytes[0] & 0x7f) | 0x40;  // positive and of full length, RFC 5280 section 4.1.2.2
  BIGNUM* number = BN_bin2bn(bytes.data(), bytes.size(), nullptr);
  CHECK(number != nullptr);
  CHECK(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr);
  BN_free(number);
}

bool set_names(X509* certificate, const std::string& common_name) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const Bytes text = as_bytes(common_name);
  return !text.empty() &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text.data(),
                                    static_cast<int>(text.size()), -1, 0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1;
}

void set_validity(X509* certificate, int valid_days) {
  ASN1_TIME* not_before = X509_getm_notBefore(certificate);
  CHECK(X509_gmtime_adj(not_before, -kClockSkew_s) != nullptr);
  CHECK(X509_time_adj_ex(X509_getm_notAfter(certificate), valid_days, 0, nullptr) != nullptr);
}

/// `value` is a DNS name as text or an address as 4 or 16 bytes; no syntax is read from it.
void add_alternative(GENERAL_NAMES* names, int type, Bytes value) {
  ASN1_STRING* text =
      ASN1_STRING_type_new(type == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
  GENERAL_NAME* name = GENERAL_NAME_new();
  CHECK(text != nullptr && name != nullptr);
  CHECK(ASN1_STRING_set(text, value.data(), static_cast<int>(value.size())) == 1);
  GENERAL_NAME_set0_value(name, type, text);
  CHECK(sk_GENERAL_NAME_push(names, name) > 0);
}

bool add_alternatives(X509* certificate, const SelfSignedRequest& request) {
  const GeneralNamesPtr names(GENERAL_NAMES_new());
  CHECK(names != nullptr);
  for (const std::string& dns : request.dns_names) {
    add_alternative(names.get(), GEN_DNS, as_bytes(dns));
  }
  for (const IpAddress& ip : request.ip_addresses) {
    add_alternative(names.get(), GEN_IPADD, ip.bytes());
  }
  if (sk_GENERAL_NAME_num(names.get()) == 0) return true;
  return X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) ==
         1;
}

/// Letters, digits, '-', '.', '_', '*' and the like; names in other scripts must come in their
/// ASCII form (RFC 5890).
bool is_printable_ascii(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

/// Only for extension values written in this file: OpenSSL reads them as a small language.
void add_extension(X509* certificate, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  CHECK(extension != nullptr);
  CHECK(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

template <class Write>
std::string to_pem(Write write) {
  const OpensslPtr<BIO> pem(BIO_new(BIO_s_secmem()));  // wiped when it is freed
  CHECK(pem != nullptr && write(pem.get()) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(pem.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Result<PemPair, TlsSetupError> make_self_signed(const SelfSignedRequest& request) {
  ERR_clear_error();
  for (const std::string& dns : request.dns_names) {
    if (!is_printable_ascii(dns)) {
      return fail(TlsSetupError{"cannot make a certificate for DNS name \"" + dns +
                                "\": write it in its ASCII form"});
    }
  }
  const OpensslPtr<EVP_PKEY> key(EVP_EC_gen("P-256"));
  const OpensslPtr<X509> certificate(X509_new());
  CHECK(key != nullptr && certificate != nullptr);
  CHECK(X509_set_version(certificate.get(), X509_VERSION_3) == 1);
  CHECK(X509_set_pubkey(certificate.get(), key.get()) == 1);
  set_random_serial(certificate.get());
  set_validity(certificate.get(), request.valid_days);
  if (!set_names(certificate.get(), request.common_name) ||
      !add_alternatives(certificate.get(), request)) {
    return fail(TlsSetupError{"cannot make a certificate for \"" + request.common_name + "\": " +
                              take_openssl_reason() + ": a common name has 1 to 64 characters"});
  }
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(certificate.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  add_extension(certificate.get(), NID_subject_key_identifier, "hash");
  CHECK(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
  return PemPair{
      .certificate = to_pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate.get()); }),
      .private_key = Secret(to_pem([&](BIO* out) {
        return PEM_write_bio_PKCS8PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
      }))};
}

}  // namespace turnpike::crypto
