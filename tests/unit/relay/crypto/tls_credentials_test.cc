#include "relay/crypto/tls_credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include "tests/unit/relay/crypto/test_pki.h"

namespace turnpike::crypto {
namespace {

using testing::TempFolder;

class TlsCredentials : public ::testing::Test {
 protected:
  /// The error of reading this content as a private key.
  std::string key_error(std::string_view content, const char* password = "") {
    const auto key = load_private_key(folder_.write("key.pem", content), Secret(password));
    return key ? "none" : without_folder(key.error().message);
  }

  std::string certificate_error(std::string_view content) {
    const auto loaded = load_certificates(folder_.write("cert.pem", content), "certificate");
    return loaded ? "none" : without_folder(loaded.error().message);
  }

  std::string dh_error(std::string_view content) {
    const auto loaded = load_dh_parameters(folder_.write("dh.pem", content));
    return loaded ? "none" : without_folder(loaded.error().message);
  }

  std::string without_folder(std::string text) const {
    const std::string folder = folder_.path("");
    const std::size_t at = text.find(folder);
    return at == std::string::npos ? text : text.erase(at, folder.size());
  }

  TempFolder folder_;
  testing::Pki pki_;
};

TEST_F(TlsCredentials, ReadsTheWholeChainInItsOrder) {
  const std::string pem = testing::key_pem(pki_.server_key.get()) +
                          testing::certificate_pem(pki_.server.get()) + "\nsome text\n" +
                          testing::certificate_pem(pki_.intermediate.get());
  const auto chain = load_certificates(folder_.write("fullchain.pem", pem), "certificate");
  ASSERT_TRUE(chain.has_value()) << chain.error().message;
  ASSERT_EQ(chain->size(), 2U);
  EXPECT_EQ(X509_cmp((*chain)[0].get(), pki_.server.get()), 0);
  EXPECT_EQ(X509_cmp((*chain)[1].get(), pki_.intermediate.get()), 0);
}

TEST_F(TlsCredentials, CertificateErrorsNameFileAndReason) {
  const std::string good = testing::certificate_pem(pki_.server.get());
  EXPECT_EQ(
      without_folder(load_certificates(folder_.path("absent.pem"), "certificate").error().message),
      "cannot read certificate absent.pem: No such file or directory");
  EXPECT_EQ(load_certificates("/", "CA-file").error().message,
            "cannot read CA-file /: it is a directory");
  EXPECT_EQ(certificate_error(""),
            "cannot read certificate cert.pem: no \"BEGIN CERTIFICATE\" line in it");
  EXPECT_EQ(certificate_error(testing::key_pem(pki_.server_key.get())),
            "cannot read certificate cert.pem: no \"BEGIN CERTIFICATE\" line in it");
  EXPECT_THAT(certificate_error(good + good.substr(0, good.size() / 2)),
              ::testing::EndsWith("(certificate 2 of the file)"));
}

TEST_F(TlsCredentials, ReadsKeysPlainAndEncrypted) {
  EVP_PKEY* key = pki_.server_key.get();
  EXPECT_EQ(key_error(testing::key_pem(key)), "none");
  EXPECT_EQ(key_error(testing::key_pem(key), "not needed"), "none");
  EXPECT_EQ(key_error(testing::key_pem(key, "pass word"), "pass word"), "none");
  EXPECT_EQ(key_error(testing::certificate_pem(pki_.server.get()) + testing::key_pem(key)), "none");
  EXPECT_EQ(key_error(testing::key_pem(testing::shared_rsa_key())), "none");
}

TEST_F(TlsCredentials, KeyErrorsSayWhatToDo) {
  const std::string encrypted = testing::key_pem(pki_.server_key.get(), "right");
  EXPECT_EQ(key_error(encrypted),
            "cannot read private key key.pem: it is encrypted and pkey-pwd is not set");
  EXPECT_THAT(key_error(encrypted, "wrong"),
              ::testing::AllOf(::testing::StartsWith("cannot read private key key.pem: "),
                               ::testing::EndsWith(": is pkey-pwd right?")));
  const std::string none =
      "cannot read private key key.pem: no private key in it that OpenSSL can read";
  EXPECT_EQ(key_error(""), none);
  EXPECT_EQ(key_error("not a key"), none);
  EXPECT_EQ(key_error(testing::certificate_pem(pki_.server.get())), none);
}

TEST_F(TlsCredentials, OverlongPasswordIsRefusedAndNotCut) {
  const std::string encrypted = testing::key_pem(pki_.server_key.get(), "right");
  EXPECT_THAT(key_error(encrypted, std::string(5000, 'x').c_str()),
              ::testing::EndsWith(": is pkey-pwd right?"));
}

TEST_F(TlsCredentials, SaysPermissionDenied) {
  const std::string path = folder_.write("key.pem", testing::key_pem(pki_.server_key.get()));
  std::filesystem::permissions(path, std::filesystem::perms::none);
  const uid_t before = geteuid();
  if (before == 0) {
    ASSERT_EQ(seteuid(65534), 0);
  }  // root may read everything
  const auto key = load_private_key(path, Secret());
  if (before == 0) {
    ASSERT_EQ(seteuid(0), 0);
  }
  ASSERT_FALSE(key.has_value());
  EXPECT_EQ(key.error().message, "cannot read private key " + path + ": Permission denied");
}

TEST_F(TlsCredentials, ReadsDhParametersAndNothingElse) {
  EXPECT_EQ(dh_error(testing::dh_parameters_pem("ffdhe2048")), "none");
  EXPECT_EQ(dh_error("x"), "cannot read dh-file dh.pem: no Diffie-Hellman parameters in it");
  const OpensslPtr<BIO> ec(BIO_new(BIO_s_mem()));
  ASSERT_EQ(PEM_write_bio_Parameters(ec.get(), pki_.server_key.get()), 1);
  char* data = nullptr;
  const auto size = static_cast<std::size_t>(BIO_get_mem_data(ec.get(), &data));
  EXPECT_EQ(dh_error({data, size}),
            "cannot read dh-file dh.pem: no Diffie-Hellman parameters in it");
}

}  // namespace
}  // namespace turnpike::crypto
