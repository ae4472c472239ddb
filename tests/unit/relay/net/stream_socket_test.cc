#include "relay/net/stream_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>

#include "relay/net/tcp_listener.h"
#include "tests/unit/relay/net/loopback.h"

namespace turnpike::net {
namespace {

using testing::pattern;
using FlushStatus = StreamSocket::FlushStatus;
using ReadStatus = StreamSocket::ReadStatus;

/// Both ends of a connected stream with small kernel buffers.
struct Ends {
  explicit Ends(std::size_t max_queue = 1 << 20) : Ends(max_queue, pair()) {}
  Ends(std::size_t max_queue, std::pair<int, int> fds)
      : ours(Fd(fds.first), max_queue), theirs(Fd(fds.second), max_queue) {}

  static std::pair<int, int> pair() {
    int fds[2] = {-1, -1};
    CHECK(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
    set_option(fds[0], SOL_SOCKET, SO_SNDBUF, 1);  // raised by the kernel to its minimum
    return {fds[0], fds[1]};
  }

  StreamSocket ours;
  StreamSocket theirs;
};

std::vector<std::uint8_t> read_all(StreamSocket& socket) {
  std::vector<std::uint8_t> out;
  std::vector<std::uint8_t> chunk(70000);
  std::size_t n = 0;
  while (socket.read(chunk, n) == ReadStatus::kData) {
    out.insert(out.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(n));
  }
  return out;
}

std::vector<std::uint8_t> operator+(std::vector<std::uint8_t> a,
                                    const std::vector<std::uint8_t>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(StreamSocket, GathersPartsIntoOnePiece) {
  Ends ends;
  const auto head = pattern(4, 1);
  const auto body = pattern(101, 2);
  const auto pad = pattern(3, 3);
  ASSERT_TRUE(ends.ours.queue({head, body, pad}));
  ASSERT_TRUE(ends.ours.queue({Bytes{}}));
  ASSERT_TRUE(ends.ours.queue({body}));
  EXPECT_EQ(ends.ours.queued(), 209U);
  EXPECT_EQ(ends.ours.flush(), FlushStatus::kDone);
  EXPECT_EQ(ends.ours.queued(), 0U);
  EXPECT_EQ(ends.ours.flush(), FlushStatus::kDone);
  EXPECT_EQ(read_all(ends.theirs), head + body + pad + body);
}

TEST(StreamSocket, RefusesAWholeFrameBeyondTheBound) {
  Ends ends(100);
  const auto frame = pattern(40, 1);
  EXPECT_TRUE(ends.ours.queue({frame}));
  EXPECT_TRUE(ends.ours.would_fit(60));
  EXPECT_FALSE(ends.ours.would_fit(61));
  EXPECT_FALSE(ends.ours.queue({frame, Bytes(frame).first(21)}));
  EXPECT_EQ(ends.ours.queued(), 40U);
  EXPECT_TRUE(ends.ours.queue({frame, Bytes(frame).first(20)}));
  EXPECT_EQ(ends.ours.queued(), 100U);
  EXPECT_FALSE(ends.ours.queue({Bytes(frame).first(1)}));
  EXPECT_EQ(ends.ours.flush(), FlushStatus::kDone);
  EXPECT_EQ(read_all(ends.theirs),
            frame + frame + std::vector<std::uint8_t>(frame.begin(), frame.begin() + 20));
  EXPECT_TRUE(ends.ours.queue({frame}));
}

TEST(StreamSocket, KeepsEveryByteThroughASlowReader) {
  constexpr std::size_t kBound = 50'000;
  Ends ends(kBound);
  std::vector<std::uint8_t> sent;
  std::vector<std::uint8_t> got;
  std::size_t refused = 0;
  std::size_t blocked = 0;
  for (std::size_t i = 0; i < 2000; ++i) {
    const auto frame = pattern(1 + i * 37 % 900, static_cast<std::uint8_t>(i));
    if (ends.ours.queue({frame})) {
      sent = std::move(sent) + frame;
    } else {
      ++refused;
    }
    blocked += ends.ours.flush() == FlushStatus::kBlocked ? 1 : 0;
    EXPECT_LE(ends.ours.buffer_bytes(), 2 * kBound);
    std::vector<std::uint8_t> sip(300);
    std::size_t n = 0;
    if (ends.theirs.read(sip, n) == ReadStatus::kData) {
      got.insert(got.end(), sip.begin(), sip.begin() + static_cast<std::ptrdiff_t>(n));
    }
  }
  while (ends.ours.queued() > 0) {
    ends.ours.flush();
    got = std::move(got) + read_all(ends.theirs);
  }
  got = std::move(got) + read_all(ends.theirs);
  EXPECT_EQ(got, sent);
  EXPECT_GT(refused, 0U);
  EXPECT_GT(blocked, 0U);
}

TEST(StreamSocket, AnIdleConnectionHoldsAlmostNothing) {
  Ends ends;
  EXPECT_EQ(ends.ours.buffer_bytes(), 0U);
  const auto large = pattern(100'000, 1);
  ASSERT_TRUE(ends.ours.queue({large}));
  EXPECT_GE(ends.ours.buffer_bytes(), large.size());
  std::vector<std::uint8_t> got;
  while (ends.ours.flush() == FlushStatus::kBlocked) got = std::move(got) + read_all(ends.theirs);
  EXPECT_EQ(std::move(got) + read_all(ends.theirs), large);
  EXPECT_EQ(ends.ours.buffer_bytes(), 0U);
  ASSERT_TRUE(ends.ours.queue({Bytes(large).first(100)}));
  EXPECT_EQ(ends.ours.flush(), FlushStatus::kDone);
  EXPECT_LE(ends.ours.buffer_bytes(), 2048U);
}

TEST(StreamSocket, TellsNothingYetFromTheEnd) {
  Ends ends;
  std::vector<std::uint8_t> room(10);
  std::size_t n = 99;
  EXPECT_EQ(ends.theirs.read(room, n), ReadStatus::kWouldBlock);
  EXPECT_EQ(n, 0U);
  ASSERT_TRUE(ends.ours.queue({pattern(3, 1)}));
  ASSERT_EQ(ends.ours.flush(), FlushStatus::kDone);
  ends.ours.shutdown_send();
  EXPECT_EQ(ends.theirs.read({}, n), ReadStatus::kWouldBlock);
  EXPECT_EQ(ends.theirs.read(room, n), ReadStatus::kData);
  EXPECT_EQ(n, 3U);
  EXPECT_EQ(ends.theirs.read(room, n), ReadStatus::kEnd);
  EXPECT_EQ(n, 0U);
}

TEST(StreamSocket, AGonePeerIsAnErrorAndNotASignal) {
  Ends ends;
  { const StreamSocket gone(std::move(ends.theirs)); }
  ASSERT_TRUE(ends.ours.queue({pattern(3, 1)}));
  EXPECT_EQ(ends.ours.flush(), FlushStatus::kError);
  EXPECT_EQ(ends.ours.last_error(), EPIPE);
}

TEST(StreamSocket, AResetConnectionIsAReadError) {
  const auto listener = open_tcp_listener(*Endpoint::parse("127.0.0.1:0"), {});
  ASSERT_TRUE(listener);
  Fd client = open_socket(AddressFamily::kIpv4, SOCK_STREAM);
  const Endpoint to = local_endpoint(listener->get());
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(to.port);
  address.sin_addr.s_addr = htonl(to.ip.v4_value());
  ::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  ASSERT_TRUE(testing::wait_for(listener->get(), POLLIN));
  int error = 0;
  auto accepted = accept_stream(listener->get(), error);
  ASSERT_TRUE(accepted);
  StreamSocket stream(std::move(accepted->fd), 1000);
  const linger reset_on_close{1, 0};
  ::setsockopt(client.get(), SOL_SOCKET, SO_LINGER, &reset_on_close, sizeof reset_on_close);
  client.reset();
  ASSERT_TRUE(testing::wait_for(stream.fd(), POLLERR));
  std::vector<std::uint8_t> room(10);
  std::size_t n = 0;
  EXPECT_EQ(stream.read(room, n), ReadStatus::kError);
  EXPECT_EQ(stream.last_error(), ECONNRESET);
}

}  // namespace
}  // namespace turnpike::net
