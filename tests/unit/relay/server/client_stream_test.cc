#include "relay/server/client_stream.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>

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

}  // namespace
}  // namespace turnpike::server
