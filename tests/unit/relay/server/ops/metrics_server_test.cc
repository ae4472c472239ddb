#include "relay/server/ops/metrics_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <vector>

#include "relay/net/fd.h"

namespace turnpike::server {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

net::Fd connect_v4(std::uint16_t port) {
  net::Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) fd.reset();
  return fd;
}

net::Fd connect_v6(std::uint16_t port) {
  net::Fd fd(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = htons(port);
  to.sin6_addr = in6addr_loopback;
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) fd.reset();
  return fd;
}

void send_text(const net::Fd& fd, std::string_view text) {
  EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(text.size()));
}

/// Everything until the server closes.
std::string receive_all(const net::Fd& fd) {
  std::string all;
  std::array<char, 4096> part{};
  for (ssize_t n = 0; (n = ::recv(fd.get(), part.data(), part.size(), 0)) > 0;) {
    all.append(part.data(), static_cast<std::size_t>(n));
  }
  return all;
}

bool answers_within(const net::Fd& fd, int ms) {
  timeval timeout{0, ms * 1000};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  char byte = 0;
  return ::recv(fd.get(), &byte, 1, MSG_PEEK) > 0;
}

class MetricsServerTest : public testing::Test {
 protected:
  void start(MetricsServerSettings settings = {}) {
    settings.port = 0;
    auto started = MetricsServer::start(settings, [this] {
      ++pages_;
      return std::string("the page\n");
    });
    ASSERT_TRUE(started) << started.error();
    server_ = std::move(*started);
  }
  std::string ask(std::string_view request) {
    const net::Fd fd = connect_v4(server_->port());
    send_text(fd, request);
    return receive_all(fd);
  }
  static MetricsServerSettings loopback() {
    MetricsServerSettings settings;
    settings.address = IpAddress::v4(127, 0, 0, 1);
    return settings;
  }

  std::atomic<int> pages_{0};
  std::unique_ptr<MetricsServer> server_;
};

TEST_F(MetricsServerTest, ServesThePage) {
  start();
  const std::string got = ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(got, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(got, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_THAT(got, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(got, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(got, testing::EndsWith("\r\n\r\nthe page\n"));
  EXPECT_EQ(pages_, 1);
}

TEST_F(MetricsServerTest, UnderstandsHttp10AndSlowClients) {
  start();
  const net::Fd fd = connect_v4(server_->port());
  for (const char c : std::string("GET / HTTP/1.0\r\n\r\n")) send_text(fd, {&c, 1});
  EXPECT_THAT(receive_all(fd), testing::EndsWith("\r\n\r\nok"));
}

TEST_F(MetricsServerTest, HeadHasNoBody) {
  start();
  const std::string got = ask("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(got, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(got, testing::EndsWith("\r\n\r\n"));
}

TEST_F(MetricsServerTest, RefusesOtherPathsAndMethods) {
  start();
  EXPECT_THAT(ask("GET /x HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
  const std::string post = ask("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_THAT(post, StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(post, HasSubstr("Allow: GET, HEAD\r\n"));
  EXPECT_THAT(ask("FROB /metrics HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 405 "));
  EXPECT_EQ(pages_, 0);
}

TEST_F(MetricsServerTest, RefusesWhatIsNotHttp) {
  start();
  EXPECT_THAT(ask("\x16\x03\x01 TLS hello\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(MetricsServerTest, RefusesLongHeaders) {
  start();
  const std::string got = ask("GET / HTTP/1.1\r\nX: " + std::string(8192, 'x'));
  EXPECT_THAT(got, StartsWith("HTTP/1.1 431 "));
}

TEST_F(MetricsServerTest, ListensOnBothFamiliesByDefault) {
  start();
  EXPECT_TRUE(connect_v4(server_->port()).valid());
  const net::Fd probe(::socket(AF_INET6, SOCK_STREAM, 0));
  sockaddr_in6 loopback{};
  loopback.sin6_family = AF_INET6;
  loopback.sin6_addr = in6addr_loopback;
  if (::bind(probe.get(), reinterpret_cast<const sockaddr*>(&loopback), sizeof loopback) != 0) {
    GTEST_SKIP() << "this machine has no IPv6 loopback address";
  }
  EXPECT_TRUE(connect_v6(server_->port()).valid());
}

TEST_F(MetricsServerTest, ListensOnTheGivenAddressOnly) {
  start(loopback());
  EXPECT_TRUE(connect_v4(server_->port()).valid());
  EXPECT_FALSE(connect_v6(server_->port()).valid());
}

TEST_F(MetricsServerTest, SaysThatThePortIsTaken) {
  start(loopback());
  MetricsServerSettings settings = loopback();
  settings.port = server_->port();
  const auto second = MetricsServer::start(settings, [] { return std::string(); });
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(),
              HasSubstr(fmt::format("cannot serve metrics on 127.0.0.1, port {}: Address already "
                                    "in use",
                                    settings.port)));
}

TEST_F(MetricsServerTest, SaysThatTheAddressIsNotHere) {
  MetricsServerSettings settings;
  settings.address = IpAddress::v4(192, 0, 2, 1);
  settings.port = 0;
  const auto server = MetricsServer::start(settings, [] { return std::string(); });
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error(), HasSubstr("192.0.2.1"));
}

TEST_F(MetricsServerTest, BoundsConnectionsAndServesTheNextWhenOneEnds) {
  MetricsServerSettings settings = loopback();
  settings.max_connections = 2;
  settings.deadline = std::chrono::seconds(50);
  start(settings);
  net::Fd idle = connect_v4(server_->port());
  const net::Fd idle_too = connect_v4(server_->port());
  const net::Fd third = connect_v4(server_->port());
  send_text(third, "GET / HTTP/1.1\r\n\r\n");
  EXPECT_FALSE(answers_within(third, 50));
  idle.reset();
  EXPECT_TRUE(answers_within(third, 20'000));
}

TEST_F(MetricsServerTest, ClosesSilentConnectionsAtTheDeadline) {
  MetricsServerSettings settings = loopback();
  settings.deadline = std::chrono::milliseconds(30);
  start(settings);
  const net::Fd fd = connect_v4(server_->port());
  send_text(fd, "GET / HTTP");
  EXPECT_EQ(receive_all(fd), "");
}

TEST_F(MetricsServerTest, StopsWithConnectionsOpen) {
  start(loopback());
  const net::Fd fd = connect_v4(server_->port());
  send_text(fd, "GET /");
  server_.reset();
  EXPECT_EQ(receive_all(fd), "");
}

}  // namespace
}  // namespace turnpike::server
