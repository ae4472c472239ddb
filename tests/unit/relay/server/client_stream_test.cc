#include "relay/server/client_stream.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>

#include "tests/unit/relay/crypto/tls_client.h"
#include "tests/unit/relay/crypto/tls_server_fixture.h"

namespace turnpike::server {
namespace {

const Endpoint kClient{IpAddress::v4(192, 0, 2, 7), 5000};
const Endpoint kServer{IpAddress::v4(192, 0, 2, 1), 3478};

/// A ClientStream on one end of a socket pair; frames are kept as strings.
class ClientStreamTest : public testing::Test {
 protected:
  ClientStreamTest() {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    far_ = net::Fd(fds[1]);
    stream_.emplace(net::Fd(fds[0]), kClient, kServer, 4096);
  }

  StreamEnd feed(std::string_view bytes, StreamKinds kinds = {}) {
    return stream_->receive(as_bytes(bytes), kinds, plaintext_,
                            [&](Bytes frame) { frames_.emplace_back(as_text(frame)); });
  }

  net::Fd far_;
  std::optional<ClientStream> stream_;
  std::vector<std::uint8_t> plaintext_ = std::vector<std::uint8_t>(65536);
  std::vector<std::string> frames_;
};

/// A Binding request: type, length 0, cookie, id.
const std::string kBinding(
    "\x00\x01\x00\x00\x21\x12\xa4\x42"
    "abcdefghijkl",
    20);
/// ChannelData of three bytes with one byte of padding.
const std::string kChannel(
    "\x40\x01\x00\x03"
    "xyz\0",
    8);

TEST_F(ClientStreamTest, CutsFramesByteByByte) {
  for (const char c : kBinding + kChannel) EXPECT_EQ(feed({&c, 1}), StreamEnd::kNone);
  ASSERT_EQ(frames_.size(), 2U);
  EXPECT_EQ(frames_[0], kBinding);
  EXPECT_EQ(frames_[1], kChannel.substr(0, 7));
  EXPECT_TRUE(stream_->is_open());
  EXPECT_EQ(stream_->tuple().transport, Transport::kTcp);
}

TEST_F(ClientStreamTest, CutsFramesThatCameTogether) {
  EXPECT_EQ(feed(kBinding + kChannel + kBinding + kChannel.substr(0, 5)), StreamEnd::kNone);
  EXPECT_EQ(frames_.size(), 3U);
  EXPECT_EQ(feed(kChannel.substr(5)), StreamEnd::kNone);
  EXPECT_EQ(frames_.size(), 4U);
}

TEST_F(ClientStreamTest, OtherBytesBreakTheStream) {
  EXPECT_EQ(feed("\x80"), StreamEnd::kBroken);
}

TEST_F(ClientStreamTest, BrokenInTheMiddle) {
  EXPECT_EQ(feed(kBinding), StreamEnd::kNone);
  EXPECT_EQ(feed("\xff\xff\xff\xff"), StreamEnd::kBroken);
}

TEST_F(ClientStreamTest, KnowsHttp) {
  EXPECT_EQ(feed("GET / HTTP/1.1\r\n"), StreamEnd::kHttp);
}

TEST_F(ClientStreamTest, PlainIsRefusedWhereOnlyTlsIsServed) {
  EXPECT_EQ(feed(kBinding, {.plain = false}), StreamEnd::kBroken);
}

TEST_F(ClientStreamTest, TlsIsRefusedWhereItIsNotServed) {
  EXPECT_EQ(feed("\x16\x03\x01"), StreamEnd::kBroken);
}

TEST_F(ClientStreamTest, AFrameThatDoesNotFitTheQueueIsRefusedWhole) {
  EXPECT_EQ(feed(kBinding), StreamEnd::kNone);
  const std::string big(3000, 'x');
  EXPECT_TRUE(stream_->queue_data(as_bytes(big)));
  EXPECT_FALSE(stream_->queue_data(as_bytes(big)));
  EXPECT_EQ(stream_->queued_bytes(), 3000U);
  EXPECT_EQ(stream_->flush(), net::StreamSocket::FlushStatus::kDone);
  std::string received(5000, '\0');
  EXPECT_EQ(::recv(far_.get(), received.data(), received.size(), 0), 3000);
  EXPECT_TRUE(stream_->queue_data(as_bytes(big)));
}

TEST_F(ClientStreamTest, AnAnswerHasRoomWhereDataHasNone) {
  EXPECT_EQ(feed(kBinding), StreamEnd::kNone);
  const std::string big(4096, 'x');
  EXPECT_TRUE(stream_->queue_data(as_bytes(big)));
  EXPECT_FALSE(stream_->queue_data(as_bytes("data")));
  int answers = 0;
  while (answers < 1000 && stream_->queue_answer(as_bytes(std::string(100, 'a')))) ++answers;
  EXPECT_GT(answers, 50);
  EXPECT_LT(answers, 1000) << "answers are bounded, too";
}

/// With a client that has done its handshake. Its queue holds a megabyte, so that the records'
/// overhead is more than any slack.
class TlsClientStreamTest : public crypto::testing::TlsServerTest {
 protected:
  TlsClientStreamTest() {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    far_ = net::Fd(fds[1]);
    stream_.emplace(net::Fd(fds[0]), kClient, kServer, kQueue);
    for (int i = 0; i < 8 && !stream_->is_open(); ++i) {
      client_.step();
      std::vector<std::uint8_t> flight(client_.sent().size());
      client_.sent().take(flight);
      feed(flight);
      stream_->flush();
      carry();
    }
  }

  StreamEnd feed(Bytes bytes) {
    return stream_->receive(bytes, {.plain = true, .tls = &context_}, plaintext_, [](Bytes) {});
  }

  /// What the socket holds, to the client.
  void carry() {
    std::vector<std::uint8_t> bytes(1 << 16);
    ssize_t n = 0;
    while ((n = ::recv(far_.get(), bytes.data(), bytes.size(), 0)) > 0) {
      client_.received().append(Bytes(bytes).first(static_cast<std::size_t>(n)));
    }
  }

  static constexpr std::size_t kQueue = 1 << 20;
  crypto::TlsContext context_ = must_create(ec_settings());
  crypto::testing::TlsClient client_;
  net::Fd far_;
  std::optional<ClientStream> stream_;
  std::vector<std::uint8_t> plaintext_ = std::vector<std::uint8_t>(65536);
};

TEST_F(TlsClientStreamTest, AFullQueueLeavesAlthoughRecordsAreLongerThanTheirContent) {
  ASSERT_TRUE(stream_->is_open());
  const std::string frame(1000, 'x');
  std::size_t queued = 0;
  while (stream_->queue_answer(as_bytes(frame))) queued += frame.size();
  ASSERT_GT(queued, kQueue);
  std::size_t received = 0;
  for (int i = 0; i < 1000 && received < queued; ++i) {
    ASSERT_NE(stream_->flush(), net::StreamSocket::FlushStatus::kError);
    carry();
    client_.step();
    received += client_.read().size();
  }
  EXPECT_EQ(received, queued);
  EXPECT_EQ(stream_->queued_bytes(), 0U);
}

}  // namespace
}  // namespace turnpike::server
