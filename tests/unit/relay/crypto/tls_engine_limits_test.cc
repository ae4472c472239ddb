// What a client can do to an engine: nonsense, floods, too much at once; and what a connection
// costs.
#include <gmock/gmock.h>
#include <malloc.h>
#include <openssl/ssl.h>

#include <array>
#include <cstdio>
#include <memory>
#include <vector>

#include "base/rng.h"
#include "relay/crypto/tls_engine.h"
#include "tests/unit/relay/crypto/tls_client.h"
#include "tests/unit/relay/crypto/tls_server_fixture.h"

namespace turnpike::crypto {
namespace {

using testing::exchange;
using ::testing::HasSubstr;
using testing::read_all;
using testing::run_handshake;
using ::testing::StartsWith;
using testing::TlsClient;
using State = TlsEngine::State;

class TlsEngineLimits : public testing::TlsServerTest {
 protected:
  std::string error_after(Bytes stream) {
    TlsEngine engine(context_);
    EXPECT_EQ(engine.feed(stream), State::kFailed);
    return engine.error();
  }

  TlsContext context_ = must_create(ec_settings());
};

TEST_F(TlsEngineLimits, GarbageFailsInWords) {
  EXPECT_EQ(error_after(as_bytes("GET / HTTP/1.1\r\n\r\n")),
            "TLS handshake failed: http request: plain HTTP on a TLS connection");
  EXPECT_EQ(error_after(as_bytes("\x17\x99 this is no TLS at all")),
            "TLS handshake failed: wrong version number: this is not TLS");
  SeededRng rng(7);
  for (int i = 0; i < 200; ++i) {
    std::vector<std::uint8_t> noise(2000);
    rng.fill(noise);
    TlsEngine engine(context_);
    EXPECT_NE(engine.feed(noise), State::kOpen);
    if (engine.state() == State::kFailed) {
      EXPECT_THAT(engine.error(), StartsWith("TLS handshake"));
    }
  }
}

TEST_F(TlsEngineLimits, AFailedEngineStaysFailed) {
  TlsEngine engine(context_);
  engine.feed(as_bytes("GET / HTTP/1.1\r\n\r\n"));
  const std::string error = engine.error();
  TlsClient client;
  run_handshake(client, engine);
  std::array<std::uint8_t, 10> out{};
  EXPECT_EQ(engine.state(), State::kFailed);
  EXPECT_EQ(engine.error(), error);
  EXPECT_EQ(engine.read(out), 0U);
  EXPECT_FALSE(engine.write(as_bytes("x")));
  engine.close();
  EXPECT_EQ(engine.state(), State::kFailed);
}

TEST_F(TlsEngineLimits, ADamagedRecordEndsTheConnectionAfterWhatCameBefore) {
  TlsEngine engine(context_);
  TlsClient client;
  run_handshake(client, engine);
  client.write("whole");
  std::vector<std::uint8_t> stream(client.sent().front().begin(), client.sent().front().end());
  client.sent().clear();
  client.write("damaged");
  stream.insert(stream.end(), client.sent().front().begin(), client.sent().front().end());
  stream.back() ^= 1;
  EXPECT_EQ(engine.feed(stream), State::kOpen);
  EXPECT_EQ(read_all(engine), "whole");
  EXPECT_EQ(engine.state(), State::kFailed);
  EXPECT_THAT(engine.error(), StartsWith("TLS connection failed: "));
  EXPECT_GT(engine.pending_ciphertext(), 0U);  // the alert
}

TEST_F(TlsEngineLimits, HugeClientHelloIsRefusedByItsClaim) {
  const std::array<std::uint8_t, 9> claims_128k = {22, 3, 1, 0x40, 0, 1, 0x02, 0, 0};
  EXPECT_THAT(error_after(claims_128k), HasSubstr("ClientHello claims more than 16384 bytes"));
  const std::array<std::uint8_t, 9> cut_inside_header = {22, 3, 1, 0, 1, 1, 22, 3, 1};
  EXPECT_THAT(error_after(cut_inside_header), HasSubstr("cut inside its header"));
}

TEST_F(TlsEngineLimits, UnreadInputIsBounded) {
  TlsEngine engine(context_);
  TlsClient client;
  run_handshake(client, engine);
  const std::string record(16000, 'x');
  std::size_t fed = 0;
  while (engine.state() == State::kOpen && fed < 1024 * 1024) {
    client.write(record);
    fed += client.sent().size();
    engine.feed(client.sent().front());
    client.sent().clear();
  }
  EXPECT_EQ(engine.state(), State::kFailed);
  EXPECT_LE(fed, TlsEngine::kMaxBufferedInput + 3 * record.size());
  EXPECT_THAT(engine.error(), HasSubstr("more than 65536 bytes wait to be decrypted"));
}

TEST_F(TlsEngineLimits, AReaderThatKeepsUpIsNotBounded) {
  TlsEngine engine(context_);
  TlsClient client;
  run_handshake(client, engine);
  for (int i = 0; i < 100; ++i) {
    client.write(std::string(60000, 'y'));
    ASSERT_EQ(engine.feed(client.sent().front()), State::kOpen) << engine.error();
    client.sent().clear();
    ASSERT_EQ(read_all(engine).size(), 60000U);
  }
}

void send_key_update(TlsClient& client) {
  ASSERT_EQ(SSL_key_update(client.native(), SSL_KEY_UPDATE_REQUESTED), 1);
  client.step();
}

TEST_F(TlsEngineLimits, KeyUpdatesAreAnsweredButAFloodIsNot) {
  TlsEngine engine(context_);
  TlsClient client({.version = TLS1_3_VERSION});
  run_handshake(client, engine);
  (void)client.read();
  for (std::size_t i = 0; i < TlsEngine::kMaxControlMessages; ++i) send_key_update(client);
  client.write("still here");
  exchange(client, engine);
  EXPECT_EQ(read_all(engine), "still here");
  EXPECT_EQ(engine.state(), State::kOpen);
  send_key_update(client);
  exchange(client, engine);
  EXPECT_EQ(engine.state(), State::kFailed);
  EXPECT_THAT(engine.error(), HasSubstr("floods"));
}

TEST_F(TlsEngineLimits, DataPaysForKeyUpdates) {
  TlsEngine engine(context_);
  TlsClient client({.version = TLS1_3_VERSION});
  run_handshake(client, engine);
  (void)client.read();
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < TlsEngine::kMaxControlMessages; ++i) send_key_update(client);
    exchange(client, engine);
    (void)client.read();
    for (int i = 0; i < 21; ++i) {
      client.write(std::string(50000, 'z'));
      exchange(client, engine);
      (void)read_all(engine);
    }
  }
  EXPECT_EQ(engine.state(), State::kOpen) << engine.error();
}

TEST_F(TlsEngineLimits, RenegotiationIsRefused) {
  TlsEngine engine(context_);
  TlsClient client({.version = TLS1_2_VERSION});
  run_handshake(client, engine);
  ASSERT_EQ(SSL_renegotiate(client.native()), 1);
  client.step();
  ASSERT_FALSE(client.sent().empty());
  exchange(client, engine);
  EXPECT_EQ(engine.state(), State::kOpen);
  client.step();  // OpenSSL's client gives up at our refusal
  EXPECT_TRUE(client.failed());
}

TEST_F(TlsEngineLimits, MemoryOfAnIdleConnection) {
  constexpr std::size_t kConnections = 200;
  std::vector<std::unique_ptr<TlsEngine>> engines;
  engines.reserve(kConnections);
  const auto connect_one = [&] {
    auto engine = std::make_unique<TlsEngine>(context_);
    TlsClient client;
    run_handshake(client, *engine);
    client.write("x");
    exchange(client, *engine);
    EXPECT_EQ(read_all(*engine), "x");
    return engine;
  };
  (void)connect_one();  // whatever OpenSSL sets up once
  const std::size_t before = mallinfo2().uordblks;
  for (std::size_t i = 0; i < kConnections; ++i) engines.push_back(connect_one());
  const std::size_t after = mallinfo2().uordblks;
  if (after == before) GTEST_SKIP() << "this build's allocator does not tell what is in use";
  const std::size_t each = (after - before) / kConnections;
  std::printf("idle TLS 1.3 connection: %zu bytes\n", each);
  EXPECT_LT(each, 24U * 1024U);
}

}  // namespace
}  // namespace turnpike::crypto
