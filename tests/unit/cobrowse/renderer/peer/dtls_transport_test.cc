#include "cobrowse/renderer/peer/dtls_transport.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/cobrowse/renderer/peer/dtls_pair.h"

namespace turnpike::peer {
namespace {

using State = DtlsTransport::State;

TEST(DtlsTransport, BothGetTheSameKeys) {
  DtlsPair pair;
  pair.run();
  ASSERT_EQ(pair.server.state(), State::kOpen) << pair.server.error();
  ASSERT_EQ(pair.client.state(), State::kOpen) << pair.client.error();
  const auto &server = pair.server.srtp_keys(), &client = pair.client.srtp_keys();
  ASSERT_TRUE(server && client);
  EXPECT_EQ(server->profile, SrtpProfile::kAeadAes128Gcm) << "the server chooses the cheap one";
  EXPECT_EQ(server->local.reveal(), client->remote.reveal());
  EXPECT_EQ(server->remote.reveal(), client->local.reveal());
  EXPECT_NE(server->local.reveal(), server->remote.reveal());
  EXPECT_EQ(server->local.reveal().size(), 28U);
  EXPECT_LE(pair.longest, DtlsTransport::kMtu);
  EXPECT_FALSE(pair.server.next_timeout());
}

TEST(DtlsTransport, AnotherCertificateThanTheSdpSaidIsRefused) {
  DtlsPair pair;
  const auto somebody = *DtlsIdentity::make();
  DtlsTransport server(*pair.ours, DtlsTransport::Role::kServer, somebody->fingerprint());
  pair.client.start();
  const auto never = [] { return false; };
  for (int i = 0; i < 6; ++i) {
    pair.carry(pair.client, server, never);
    pair.carry(server, pair.client, never);
  }
  EXPECT_EQ(server.state(), State::kFailed);
  EXPECT_EQ(server.error(), "the certificate is not the one of the SDP");
  EXPECT_FALSE(server.srtp_keys());
}

TEST(DtlsTransport, ALostFlightIsSentAgain) {
  DtlsPair pair;
  int count = 0;
  pair.run([&] { return ++count <= 1; });  // the first ClientHello
  EXPECT_EQ(pair.server.state(), State::kHandshaking);
  const auto wait = pair.client.next_timeout();
  ASSERT_TRUE(wait);
  ASSERT_LE(*wait, std::chrono::milliseconds(1100));
  std::this_thread::sleep_for(*wait);  // OpenSSL reads the clock itself
  pair.client.on_timeout();
  pair.run();
  EXPECT_EQ(pair.server.state(), State::kOpen);
}

TEST(DtlsTransport, RubbishChangesNothing) {
  DtlsPair pair;
  for (const std::size_t size : {std::size_t{1}, std::size_t{13}, std::size_t{500}}) {
    std::vector<std::uint8_t> rubbish(size, 0x16);
    EXPECT_EQ(pair.server.feed(rubbish), State::kHandshaking);
  }
  EXPECT_EQ(pair.server.feed(std::vector<std::uint8_t>(70000, 22)), State::kHandshaking);
  pair.run();
  EXPECT_EQ(pair.server.state(), State::kOpen);
  EXPECT_EQ(pair.server.feed(std::vector<std::uint8_t>(50, 0x17)), State::kOpen);
}

TEST(DtlsTransport, ClosingIsTold) {
  DtlsPair pair;
  pair.run();
  pair.client.close();
  pair.carry(pair.client, pair.server, [] { return false; });
  EXPECT_EQ(pair.server.state(), State::kClosed);
  EXPECT_EQ(pair.server.feed(std::vector<std::uint8_t>(50, 0x17)), State::kClosed);
}

}  // namespace
}  // namespace turnpike::peer
