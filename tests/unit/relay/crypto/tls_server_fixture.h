// A folder with certificates and the settings to use them, shared by the tests of TlsContext and
// TlsEngine.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "relay/crypto/tls_context.h"
#include "tests/unit/relay/crypto/test_pki.h"

namespace turnpike::crypto::testing {

class TlsServerTest : public ::testing::Test {
 protected:
  /// ECDSA, with its intermediate certificate.
  TlsSettings ec_settings() {
    return {.cert_path = folder_.write("cert.pem", certificate_pem(pki_.server.get()) +
                                                       certificate_pem(pki_.intermediate.get())),
            .pkey_path = folder_.write("key.pem", key_pem(pki_.server_key.get()))};
  }

  TlsSettings rsa_settings() {
    const auto certificate = issue("rsa.example.org", shared_rsa_key());
    return {.cert_path = folder_.write("rsa-cert.pem", certificate_pem(certificate.get())),
            .pkey_path = folder_.write("rsa-key.pem", key_pem(shared_rsa_key()))};
  }

  static TlsContext must_create(const TlsSettings& settings) {
    auto context = TlsContext::create(settings);
    if (!context) {
      ADD_FAILURE() << context.error().message;
      std::abort();
    }
    return std::move(*context);
  }

  /// With the folder's name removed; "none" when the settings work.
  std::string error_of(const TlsSettings& settings) const {
    const auto context = TlsContext::create(settings);
    return context ? "none" : without_folder(context.error().message);
  }

  std::string without_folder(std::string text) const {
    const std::string folder = folder_.path("");
    for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
      text.erase(at, folder.size());
    }
    return text;
  }

  TempFolder folder_;
  Pki pki_;
};

}  // namespace turnpike::crypto::testing
