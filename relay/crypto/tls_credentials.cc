#include "relay/crypto/tls_credentials.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "relay/crypto/openssl_error.h"

namespace turnpike::crypto {
namespace {

/// What OpenSSL's decoders say of a file in which none of them finds anything to decode.
constexpr std::string_view kDecoderFoundNothing = "unsupported";

TlsSetupError cannot_read(const std::string& role, const std::string& path,
                          const std::string& reason) {
  return {"cannot read " + role + " " + path + ": " + reason};
}

Result<OpensslPtr<BIO>, TlsSetupError> open_file(const std::string& path, const std::string& role) {
  ERR_clear_error();
  OpensslPtr<BIO> file(BIO_new_file(path.c_str(), "r"));
  if (file == nullptr) return fail(cannot_read(role, path, take_openssl_reason()));
  std::error_code unknown;  // then reading it tells
  if (std::filesystem::is_directory(path, unknown)) {
    return fail(cannot_read(role, path, "it is a directory"));
  }
  return file;
}

/// The block that a reader looked for is not in the rest of the file.
bool is_end_of_blocks() {
  const unsigned long first = ERR_peek_error();
  return ERR_GET_LIB(first) == ERR_LIB_PEM && ERR_GET_REASON(first) == PEM_R_NO_START_LINE;
}

int refuse_password(char*, int, int, void*) {
  return -1;
}

struct PasswordRequest {
  std::string_view password;
  bool asked = false;
};

/// Takes the place of OpenSSL's own callback, which would prompt on the terminal.
int answer_password(char* out, int capacity, int, void* user) {
  auto* request = static_cast<PasswordRequest*>(user);
  request->asked = true;
  const std::string_view password = request->password;
  if (password.empty() || password.size() > static_cast<std::size_t>(capacity)) return -1;
  std::copy(password.begin(), password.end(), out);
  return static_cast<int>(password.size());
}

std::string private_key_reason(const PasswordRequest& request) {
  const bool has_none = is_end_of_blocks();
  const std::string reason = take_openssl_reason();
  if (request.asked && request.password.empty()) {
    return "it is encrypted and pkey-pwd is not set";
  }
  if (request.asked) return reason + ": is pkey-pwd right?";
  if (has_none || reason == kDecoderFoundNothing)
    return "no private key in it that OpenSSL can read";
  return reason;
}

}  // namespace

Result<Certificates, TlsSetupError> load_certificates(const std::string& path,
                                                      const std::string& role) {
  const auto file = open_file(path, role);
  if (!file) return fail(file.error());
  Certificates certificates;
  while (X509* next = PEM_read_bio_X509_AUX(file->get(), nullptr, refuse_password, nullptr)) {
    certificates.emplace_back(next);
  }
  const bool at_end = is_end_of_blocks();
  const std::string reason = take_openssl_reason();
  if (!at_end) {
    const std::string number = std::to_string(certificates.size() + 1);
    return fail(cannot_read(role, path, reason + " (certificate " + number + " of the file)"));
  }
  if (certificates.empty()) {
    return fail(cannot_read(role, path, "no \"BEGIN CERTIFICATE\" line in it"));
  }
  return certificates;
}

Result<OpensslPtr<EVP_PKEY>, TlsSetupError> load_private_key(const std::string& path,
                                                             const Secret& password) {
  const auto file = open_file(path, "private key");
  if (!file) return fail(file.error());
  PasswordRequest request{.password = password.reveal()};
  OpensslPtr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(file->get(), nullptr, answer_password, &request));
  if (key == nullptr) return fail(cannot_read("private key", path, private_key_reason(request)));
  ERR_clear_error();
  return key;
}

Result<OpensslPtr<EVP_PKEY>, TlsSetupError> load_dh_parameters(const std::string& path) {
  const std::string role = "dh-file";
  const auto file = open_file(path, role);
  if (!file) return fail(file.error());
  OpensslPtr<EVP_PKEY> parameters(PEM_read_bio_Parameters(file->get(), nullptr));
  if (parameters == nullptr) {
    const bool has_none = is_end_of_blocks();
    const std::string reason = take_openssl_reason();
    const bool nothing_known = has_none || reason == kDecoderFoundNothing;
    return fail(
        cannot_read(role, path, nothing_known ? "no Diffie-Hellman parameters in it" : reason));
  }
  if (EVP_PKEY_is_a(parameters.get(), "DH") != 1 && EVP_PKEY_is_a(parameters.get(), "DHX") != 1) {
    return fail(cannot_read(role, path, "no Diffie-Hellman parameters in it"));
  }
  ERR_clear_error();
  return parameters;
}

}  // namespace turnpike::crypto
