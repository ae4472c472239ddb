// A handshake and a conversation, engine and client in memory.
#include "relay/crypto/tls_engine.h"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <array>
#include <optional>
#include <thread>
#include <vector>

#include "tests/unit/relay/crypto/tls_client.h"
#include "tests/unit/relay/crypto/tls_server_fixture.h"

namespace turnpike::crypto {
namespace {

using testing::ClientSettings;
using testing::exchange;
using ::testing::HasSubstr;
using testing::read_all;
using testing::run_handshake;
using testing::TlsClient;
using State = TlsEngine::State;

class TlsEngineTest : public testing::TlsServerTest {
 protected:
  /// Both directions work.
  static void expect_conversation(TlsClient& client, TlsEngine& engine) {
    ASSERT_EQ(engine.state(), State::kOpen) << engine.error();
    ASSERT_TRUE(client.open());
    ASSERT_TRUE(client.write("ping"));
    ASSERT_TRUE(engine.write(as_bytes("pong")));
    exchange(client, engine);
    EXPECT_EQ(read_all(engine), "ping");
    EXPECT_EQ(client.read(), "pong");
  }
};

class TlsEngineVersions : public TlsEngineTest, public ::testing::WithParamInterface<int> {};

TEST_P(TlsEngineVersions, HandshakeAndConversation) {
  const TlsContext context = must_create(ec_settings());
  TlsEngine engine(context);
  TlsClient client({.version = GetParam(), .server_name = "turn.example.org"});
  EXPECT_EQ(engine.state(), State::kHandshaking);
  EXPECT_TRUE(engine.protocol().empty() && engine.cipher().empty() && engine.sni().empty());
  run_handshake(client, engine);
  expect_conversation(client, engine);
  EXPECT_EQ(engine.protocol(), GetParam() == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2");
  EXPECT_EQ(engine.cipher(), SSL_get_cipher_name(client.native()));
  EXPECT_EQ(engine.sni(), "turn.example.org");
  EXPECT_EQ(engine.error(), "");
}

TEST_P(TlsEngineVersions, ByteByByte) {
  const TlsContext context = must_create(ec_settings());
  TlsEngine engine(context);
  TlsClient client({.version = GetParam()});
  run_handshake(client, engine, 1);
  ASSERT_TRUE(client.write("slowly"));
  exchange(client, engine, 1);
  EXPECT_EQ(read_all(engine), "slowly");
}

TEST_P(TlsEngineVersions, ClientCloses) {
  const TlsContext context = must_create(ec_settings());
  TlsEngine engine(context);
  TlsClient client({.version = GetParam()});
  run_handshake(client, engine);
  client.write("last words");
  client.close();
  exchange(client, engine);
  EXPECT_EQ(engine.state(), State::kOpen);  // what was said before the end is not lost
  EXPECT_EQ(read_all(engine), "last words");
  EXPECT_EQ(engine.state(), State::kClosed);
  EXPECT_FALSE(engine.write(as_bytes("too late")));
  exchange(client, engine);
  EXPECT_EQ(client.read(), "");
  EXPECT_TRUE(client.server_has_closed());
  EXPECT_FALSE(client.failed());
}

TEST_P(TlsEngineVersions, CloseWithoutDataIsNoticedAtOnce) {
  const TlsContext context = must_create(ec_settings());
  TlsEngine engine(context);
  TlsClient client({.version = GetParam()});
  run_handshake(client, engine);
  client.close();
  EXPECT_EQ(engine.feed(client.sent().front()), State::kClosed);
}

TEST_P(TlsEngineVersions, WeClose) {
  const TlsContext context = must_create(ec_settings());
  TlsEngine engine(context);
  TlsClient client({.version = GetParam()});
  run_handshake(client, engine);
  engine.write(as_bytes("bye"));
  engine.close();
  engine.close();  // harmless
  EXPECT_EQ(engine.state(), State::kClosed);
  EXPECT_FALSE(engine.write(as_bytes("x")));
  exchange(client, engine);
  EXPECT_EQ(client.read(), "bye");
  EXPECT_TRUE(client.server_has_closed());
}

TEST_P(TlsEngineVersions, LargeWritesUseFullRecords) {
  const TlsContext context = must_create(ec_settings());
  TlsEngine engine(context);
  TlsClient client({.version = GetParam()});
  run_handshake(client, engine);
  exchange(client, engine);
  const std::string large(1024 * 1024, 'x');
  ASSERT_TRUE(engine.write(as_bytes(large)));
  EXPECT_LT(engine.pending_ciphertext(), large.size() + 64 * 40);  // 64 records of 16 KiB
  exchange(client, engine);
  EXPECT_EQ(client.read(), large);
}

TEST_P(TlsEngineVersions, ClientCertificateIsMandatoryWithCaFile) {
  TlsSettings settings = ec_settings();
  settings.ca_path = folder_.write("ca.pem", testing::certificate_pem(pki_.root.get()));
  const TlsContext context = must_create(settings);
  TlsEngine with(context);
  TlsClient good(
      {.version = GetParam(), .certificate = pki_.client.get(), .key = pki_.client_key.get()});
  run_handshake(good, with);
  expect_conversation(good, with);

  TlsEngine without(context);
  TlsClient anonymous({.version = GetParam()});
  run_handshake(anonymous, without);
  EXPECT_EQ(without.state(), State::kFailed);
  EXPECT_EQ(without.error(),
            "TLS handshake failed: peer did not return a certificate: CA-file makes client "
            "certificates mandatory");

  TlsEngine foreign(context);
  const auto key = testing::make_ec_key();
  const auto self_made = testing::issue("impostor", key.get());
  TlsClient impostor({.version = GetParam(), .certificate = self_made.get(), .key = key.get()});
  run_handshake(impostor, foreign);
  EXPECT_EQ(foreign.state(), State::kFailed);
  EXPECT_THAT(foreign.error(), HasSubstr("certificate verify failed: self-signed certificate"));
}

TEST_P(TlsEngineVersions, SendsTheWholeChain) {
  const TlsContext context = must_create(ec_settings());
  TlsEngine engine(context);
  TlsClient client({.version = GetParam(), .trusted = pki_.root.get()});
  run_handshake(client, engine);
  expect_conversation(client, engine);
  STACK_OF(X509)* chain = SSL_get_peer_cert_chain(client.native());
  ASSERT_EQ(sk_X509_num(chain), 2);
  EXPECT_EQ(X509_cmp(sk_X509_value(chain, 1), pki_.intermediate.get()), 0);
}

TEST_P(TlsEngineVersions, NewCertificatesLeaveOldConnectionsAlone) {
  std::optional<TlsContext> context = must_create(ec_settings());
  TlsEngine open(*context);
  TlsEngine half(*context);
  TlsClient first({.version = GetParam()});
  TlsClient second({.version = GetParam()});
  run_handshake(first, open);
  second.step();
  exchange(second, half);
  context = must_create(rsa_settings());
  run_handshake(second, half);
  expect_conversation(first, open);
  expect_conversation(second, half);
  TlsEngine fresh(*context);
  TlsClient third({.version = GetParam()});
  run_handshake(third, fresh);
  expect_conversation(third, fresh);
  const OpensslPtr<X509> seen(SSL_get1_peer_certificate(third.native()));
  EXPECT_EQ(EVP_PKEY_is_a(X509_get0_pubkey(seen.get()), "RSA"), 1);
}

TEST_P(TlsEngineVersions, TicketsResumeUntilTheCertificatesAreLoadedAgain) {
  TlsSettings settings = ec_settings();
  settings.ca_path = folder_.write("ca.pem", testing::certificate_pem(pki_.root.get()));
  const ClientSettings known{
      .version = GetParam(), .certificate = pki_.client.get(), .key = pki_.client_key.get()};
  TlsContext context = must_create(settings);
  TlsEngine engine(context);
  TlsClient client(known);
  run_handshake(client, engine);
  expect_conversation(client, engine);
  SSL_SESSION* session = SSL_get1_session(client.native());
  const auto resumes = [&] {
    ClientSettings again = known;
    again.session = session;
    TlsEngine next(context);
    TlsClient returning(again);
    run_handshake(returning, next);
    expect_conversation(returning, next);
    return SSL_session_reused(returning.native()) == 1;
  };
  EXPECT_TRUE(resumes());
  context = must_create(settings);
  EXPECT_FALSE(resumes());
  SSL_SESSION_free(session);
}

TEST_P(TlsEngineVersions, ThreadsShareOneContext) {
  const TlsContext context = must_create(ec_settings());
  std::array<int, 4> opened{};
  std::vector<std::thread> shards;
  for (int& count : opened) {
    shards.emplace_back([&context, &count, version = GetParam()] {
      for (int i = 0; i < 20; ++i) {
        TlsEngine engine(context);
        TlsClient client({.version = version, .alpn = {"stun.turn"}});
        run_handshake(client, engine);
        count += engine.state() == State::kOpen && engine.alpn() == "stun.turn" ? 1 : 0;
      }
    });
  }
  for (std::thread& shard : shards) shard.join();
  EXPECT_THAT(opened, ::testing::Each(20));
}

INSTANTIATE_TEST_SUITE_P(Tls, TlsEngineVersions, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                           return version.param == TLS1_2_VERSION ? std::string("v12") : "v13";
                         });

TEST_F(TlsEngineTest, WriteBeforeTheHandshakeTakesNothing) {
  const TlsContext context = must_create(ec_settings());
  TlsEngine engine(context);
  TlsClient client;
  EXPECT_FALSE(engine.write(as_bytes("early")));
  client.step();
  exchange(client, engine);
  EXPECT_FALSE(engine.write(as_bytes("early")));
  run_handshake(client, engine);
  expect_conversation(client, engine);
}

TEST_F(TlsEngineTest, ClosingAHandshakeSaysNothing) {
  const TlsContext context = must_create(ec_settings());
  TlsEngine engine(context);
  engine.close();
  EXPECT_EQ(engine.state(), State::kClosed);
  EXPECT_EQ(engine.pending_ciphertext(), 0U);
  EXPECT_EQ(engine.feed(as_bytes("anything")), State::kClosed);
}

TEST_F(TlsEngineTest, CiphertextCanBeSentInPlace) {
  const TlsContext context = must_create(ec_settings());
  TlsEngine engine(context);
  TlsClient client;
  run_handshake(client, engine);
  ASSERT_TRUE(engine.write(as_bytes("in place")));
  while (engine.pending_ciphertext() > 0) {
    const Bytes some = engine.peek_ciphertext().first(1);
    client.received().append(some);
    engine.consume_ciphertext(1);
  }
  EXPECT_EQ(client.read(), "in place");
  EXPECT_TRUE(engine.write({}));
  EXPECT_EQ(engine.pending_ciphertext(), 0U);
}

TEST_F(TlsEngineTest, MovesWithAnOpenConnection) {
  const TlsContext context = must_create(ec_settings());
  TlsEngine engine(context);
  TlsClient client;
  run_handshake(client, engine);
  TlsEngine moved(std::move(engine));
  expect_conversation(client, moved);
}

TEST_F(TlsEngineTest, AlpnPrefersTurnAndIgnoresTheRest) {
  struct Case {
    std::vector<std::string> offered;
    std::string chosen;
  };
  const TlsContext context = must_create(ec_settings());
  for (const Case& c :
       {Case{{"stun.turn"}, "stun.turn"}, Case{{"stun.nat-discovery", "stun.turn"}, "stun.turn"},
        Case{{"h2", "stun.nat-discovery"}, "stun.nat-discovery"}, Case{{"http/1.1"}, ""},
        Case{{"stun.turnx", "stun.tur"}, ""}, Case{{}, ""}}) {
    TlsEngine engine(context);
    TlsClient client({.alpn = c.offered});
    run_handshake(client, engine);
    expect_conversation(client, engine);
    EXPECT_EQ(engine.alpn(), c.chosen);
  }
}

TEST_F(TlsEngineTest, DheSuitesOfTls12WithRsa) {
  TlsSettings settings = rsa_settings();
  settings.cipher_list =
      "ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256";
  const ClientSettings client_settings{.version = TLS1_2_VERSION,
                                       .ciphers = "DHE-RSA-AES128-GCM-SHA256"};
  const auto group_bits = [&] {
    const TlsContext context = must_create(settings);
    TlsEngine engine(context);
    TlsClient client(client_settings);
    run_handshake(client, engine);
    expect_conversation(client, engine);
    EXPECT_EQ(engine.cipher(), "DHE-RSA-AES128-GCM-SHA256");
    EVP_PKEY* group = nullptr;
    EXPECT_EQ(SSL_get_peer_tmp_key(client.native(), &group), 1);
    return EVP_PKEY_get_bits(OpensslPtr<EVP_PKEY>(group).get());
  };
  EXPECT_EQ(group_bits(), 2048);
  settings.dh_path = folder_.write("dh.pem", testing::dh_parameters_pem("ffdhe3072"));
  EXPECT_EQ(group_bits(), 3072);
}

TEST_F(TlsEngineTest, TheServersOrderOfCiphersWins) {
  TlsSettings settings = ec_settings();
  settings.cipher_list = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256";
  const TlsContext context = must_create(settings);
  TlsEngine engine(context);
  TlsClient client({.version = TLS1_2_VERSION,
                    .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"});
  run_handshake(client, engine);
  EXPECT_EQ(engine.cipher(), "ECDHE-ECDSA-AES256-GCM-SHA384");
}

TEST_F(TlsEngineTest, TheCurveIsTheConfiguredOne) {
  TlsSettings settings = ec_settings();
  settings.ec_curve_name = "secp384r1";
  const TlsContext context = must_create(settings);
  TlsEngine engine(context);
  TlsClient client({.groups = "X25519:P-384"});
  run_handshake(client, engine);
  expect_conversation(client, engine);
  EXPECT_EQ(SSL_get_negotiated_group(client.native()), NID_secp384r1);
  TlsEngine refusing(context);
  TlsClient other({.version = TLS1_3_VERSION, .groups = "X25519"});
  run_handshake(other, refusing);
  EXPECT_EQ(refusing.state(), State::kFailed);
  EXPECT_THAT(refusing.error(), HasSubstr("ec-curve-name have nothing in common"));
}

TEST_F(TlsEngineTest, OldClientsAreToldNoWhenTls13IsTheMinimum) {
  TlsSettings settings = ec_settings();
  settings.min_tls13 = true;
  const TlsContext context = must_create(settings);
  TlsEngine engine(context);
  TlsClient client({.version = TLS1_2_VERSION});
  run_handshake(client, engine);
  EXPECT_EQ(engine.state(), State::kFailed);
  EXPECT_EQ(engine.error(),
            "TLS handshake failed: unsupported protocol: the client is too old for our lowest TLS "
            "version");
}

TEST_F(TlsEngineTest, SaysThatTheClientDoesNotTrustUs) {
  const TlsContext context = must_create(rsa_settings());
  TlsEngine engine(context);
  TlsClient client({.version = TLS1_2_VERSION, .trusted = pki_.root.get()});
  client.step();
  exchange(client, engine);
  client.step();
  exchange(client, engine);
  EXPECT_EQ(engine.state(), State::kFailed);
  EXPECT_THAT(engine.error(), HasSubstr("the client does not trust our certificate"));
}

}  // namespace
}  // namespace turnpike::crypto
