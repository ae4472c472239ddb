#include "http/server/tls_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/client/fetch.h"
#include "tests/unit/http/server/raw_client.h"
#include "tests/unit/relay/crypto/test_pki.h"

namespace turnpike::http {
namespace {

using crypto::testing::certificate_pem;
using crypto::testing::issue;
using crypto::testing::key_pem;
using crypto::testing::make_ec_key;
using testing::HasSubstr;

/// A root, a server named localhost, clients of the root and of a stranger, all in files.
class TlsTest : public testing::Test {
 protected:
  TlsTest() : root_key_(make_ec_key()), root_(issue("a root", root_key_.get(), {}, true)) {
    folder_.write("root.pem", certificate_pem(root_.get()));
    write("server", "localhost");
    write("client", "relay 7, \xc3\xa4 \"quoted\"");
    const auto stranger_key = make_ec_key();
    const auto stranger = issue("stranger", stranger_key.get(), {}, true);
    folder_.write("stranger.pem", certificate_pem(stranger.get()));
    folder_.write("stranger.key", key_pem(stranger_key.get()));
  }

  void write(std::string_view name, std::string_view common_name) {
    const auto key = make_ec_key();
    const auto certificate = issue(common_name, key.get(), {root_.get(), root_key_.get()});
    folder_.write(std::string(name) + ".pem", certificate_pem(certificate.get()));
    folder_.write(std::string(name) + ".key", key_pem(key.get()));
  }

  TlsFiles files(ClientCertificates clients = ClientCertificates::kNone) const {
    return {.chain_file = folder_.path("server.pem"),
            .key_file = folder_.path("server.key"),
            .client_ca_file = folder_.path("root.pem"),
            .client_certificates = clients};
  }

  void start(ClientCertificates clients) {
    HttpServerSettings settings;
    settings.tcp.push_back({.tls = files(clients)});
    auto server = HttpServer::start(std::move(settings), [](const Request& request) {
      return Response::text(200, (request.tls ? "tls " : "plain ") + request.certificate_subject);
    });
    ASSERT_TRUE(server) << server.error();
    server_ = *std::move(server);
  }

  /// The answer's body, or the error.
  std::string ask(std::string_view client = {}, std::string_view ca = "root.pem") const {
    ClientRequest request;
    request.url = "https://localhost:" + std::to_string(server_->port()) + "/";
    request.tls.ca_file = folder_.path(ca);
    if (!client.empty()) {
      request.tls.client_chain_file = folder_.path(std::string(client) + ".pem");
      request.tls.client_key_file = folder_.path(std::string(client) + ".key");
    }
    const auto answer = fetch(request);
    return answer ? answer->body : "error: " + answer.error();
  }

  crypto::testing::TempFolder folder_;
  crypto::OpensslPtr<EVP_PKEY> root_key_;
  crypto::OpensslPtr<X509> root_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(TlsTest, ServesAndTheClientVerifies) {
  start(ClientCertificates::kNone);
  EXPECT_EQ(ask(), "tls ");
  EXPECT_THAT(ask({}, "stranger.pem"), HasSubstr("no TLS connection"));
  EXPECT_EQ(ask("client"), "tls ");
}

TEST_F(TlsTest, AnOptionalCertificateNamesTheClient) {
  start(ClientCertificates::kOptional);
  EXPECT_EQ(ask(), "tls ");
  EXPECT_EQ(ask("client"), "tls CN=relay 7\\, \xc3\xa4 \\\"quoted\\\"");
  EXPECT_THAT(ask("stranger"), HasSubstr("error: "));
}

TEST_F(TlsTest, ARequiredCertificateIsRequired) {
  start(ClientCertificates::kRequired);
  EXPECT_THAT(ask(), HasSubstr("error: "));
  EXPECT_THAT(ask("stranger"), HasSubstr("error: "));
  EXPECT_THAT(ask("client"), HasSubstr("tls CN=relay 7"));
  EXPECT_GE(server_->counter(HttpCounter::kTlsFailures), 1U);
}

TEST_F(TlsTest, PlainHttpOnTheTlsPortIsNotAnswered) {
  start(ClientCertificates::kNone);
  EXPECT_THAT(exchange(server_->port(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
              testing::Not(HasSubstr("HTTP/1.1 200")));
  EXPECT_EQ(ask(), "tls ");
}

TEST_F(TlsTest, ReloadTakesNewFilesAndRefusesBadOnes) {
  start(ClientCertificates::kNone);
  folder_.write("server.key", "garbage");
  EXPECT_FALSE(server_->reload_certificates());
  EXPECT_EQ(ask(), "tls ");
  write("server", "elsewhere.example.org");
  EXPECT_TRUE(server_->reload_certificates());
  EXPECT_THAT(ask(), HasSubstr("no TLS connection"));
  write("server", "localhost");
  EXPECT_TRUE(server_->reload_certificates());
  EXPECT_EQ(ask(), "tls ");
}

TEST_F(TlsTest, ErrorsNameTheFile) {
  TlsFiles missing = files();
  missing.chain_file = folder_.path("none.pem");
  EXPECT_THAT(load_tls(missing).error(), HasSubstr("none.pem"));
  TlsFiles mismatch = files();
  mismatch.key_file = folder_.path("client.key");
  EXPECT_THAT(load_tls(mismatch).error(), HasSubstr("client.key"));
  TlsFiles encrypted = files();
  encrypted.key_file = folder_.write("locked.key", key_pem(root_key_.get(), "word"));
  EXPECT_THAT(load_tls(encrypted).error(), HasSubstr("locked.key"));
  TlsFiles no_ca = files(ClientCertificates::kRequired);
  no_ca.client_ca_file.clear();
  EXPECT_THAT(load_tls(no_ca).error(), HasSubstr("client CA"));
  no_ca.client_ca_file = folder_.path("server.key");
  EXPECT_THAT(load_tls(no_ca).error(), HasSubstr("server.key"));
  EXPECT_TRUE(load_tls(files(ClientCertificates::kRequired)));
}

}  // namespace
}  // namespace turnpike::http
