#include "cobrowse/renderer/egress/relay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>

#include "cobrowse/renderer/egress/response_head.h"
#include "tests/unit/cobrowse/renderer/egress/proxy_world.h"

namespace turnpike::egress {
namespace {

using testing::EndsWith;
using testing::StartsWith;

constexpr std::uint64_t kBrowser = 2;
constexpr std::uint64_t kSite = 3;

/// A relay between two pairs of sockets, moved on by the test alone.
class RelayTest : public testing::Test {
 protected:
  void set_up(EgressLimits limits = {}) {
    shared_.reset(new Shared{.policy = EgressPolicy::make({}).value(),
                             .limits = limits,
                             .on_refused = {},
                             .epoll_fd = epoll_.get()});
    browser_ = attach(client_);
    site_ = attach(upstream_);
  }
  void tunnel(EgressLimits limits = {}) {
    set_up(limits);
    relay_.emplace(Relay::tunnel(*shared_));
  }
  void plain(std::uint64_t body_bytes = 0, bool upgrade = false, EgressLimits limits = {}) {
    set_up(limits);
    relay_.emplace(Relay::plain(*shared_, body_bytes, upgrade));
  }
  /// Until nothing moves.
  Relay::State pump() {
    Relay::State state = Relay::State::kGoing;
    do {
      state = relay_->pump(client_, upstream_);
    } while (state == Relay::State::kGoing && relay_->moved());
    return state;
  }
  /// What the relay would be woken for now on that side.
  std::uint32_t ready(std::uint64_t side) {
    epoll_event events[2] = {};
    const int count = ::epoll_wait(epoll_.get(), events, 2, 0);
    for (int i = 0; i < count; ++i) {
      if (events[i].data.u64 == side) return events[i].events;
    }
    return 0;
  }
  static std::string arrived(Wire& wire) {
    std::string out(1U << 20, '\0');
    const ssize_t count = ::recv(wire.fd(), out.data(), out.size(), MSG_DONTWAIT);
    out.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return out;
  }
  static bool at_end(Wire& wire) {
    char byte = 0;
    return ::recv(wire.fd(), &byte, 1, MSG_DONTWAIT) == 0;
  }

  FileDescriptor epoll_{::epoll_create1(EPOLL_CLOEXEC)};
  std::unique_ptr<Shared> shared_;
  WatchedSocket client_{epoll_.get(), kBrowser};
  WatchedSocket upstream_{epoll_.get(), kSite};
  std::optional<Wire> browser_;
  std::optional<Wire> site_;
  std::optional<Relay> relay_;

 private:
  static std::optional<Wire> attach(WatchedSocket& end) {
    int fds[2] = {-1, -1};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    EXPECT_TRUE(turnpike::egress::set_up(fds[0]));
    end.open(FileDescriptor(fds[0]));
    return Wire(FileDescriptor(fds[1]));
  }
};

TEST_F(RelayTest, TunnelsEndOneSideAtATime) {
  tunnel();
  browser_->send("question");
  browser_->end();
  EXPECT_EQ(pump(), Relay::State::kGoing);
  EXPECT_EQ(arrived(*site_), "question");
  EXPECT_TRUE(at_end(*site_));
  site_->send("answer");
  EXPECT_EQ(pump(), Relay::State::kGoing);
  EXPECT_EQ(arrived(*browser_), "answer");
  EXPECT_FALSE(at_end(*browser_));
  site_->end();
  EXPECT_EQ(pump(), Relay::State::kFinished);
  EXPECT_TRUE(at_end(*browser_));
}

TEST_F(RelayTest, TunnelsEndFromTheSiteToo) {
  tunnel();
  site_->send("banner");
  site_->end();
  EXPECT_EQ(pump(), Relay::State::kGoing);
  EXPECT_EQ(arrived(*browser_), "banner");
  EXPECT_TRUE(at_end(*browser_));
  browser_->send("still here");
  EXPECT_EQ(pump(), Relay::State::kGoing);
  EXPECT_EQ(arrived(*site_), "still here");
  browser_->end();
  EXPECT_EQ(pump(), Relay::State::kFinished);
}

/// Writes into one end while nobody reads at the other, and then reads; how much was taken in.
std::size_t push_through(Wire& from, Wire& to, const std::function<void()>& pump,
                         const std::function<void()>& when_full) {
  const std::string bytes(1U << 16, 'x');
  std::size_t taken = 0;
  for (int i = 0; i < 1000; ++i) {
    const ssize_t sent = ::send(from.fd(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (sent > 0) taken += static_cast<std::size_t>(sent);
    pump();
  }
  when_full();
  std::string into(1U << 20, '\0');
  std::size_t got = 0;
  for (int i = 0; i < 1000 && got < taken; ++i) {
    const ssize_t count = ::recv(to.fd(), into.data(), into.size(), MSG_DONTWAIT);
    if (count > 0) got += static_cast<std::size_t>(count);
    pump();
  }
  EXPECT_EQ(got, taken);
  return taken;
}

// What the proxy takes in is a pipe, and what the kernel holds.
TEST_F(RelayTest, ASlowSiteSlowsTheBrowserDown) {
  tunnel();
  const auto pump_on = [&] { ASSERT_EQ(pump(), Relay::State::kGoing); };
  const std::size_t taken =
      push_through(*browser_, *site_, pump_on, [&] { EXPECT_EQ(ready(kBrowser), 0U); });
  EXPECT_LT(taken, 2U << 20);
}

TEST_F(RelayTest, ASlowBrowserSlowsTheSiteDown) {
  tunnel();
  const auto pump_on = [&] { ASSERT_EQ(pump(), Relay::State::kGoing); };
  const std::size_t taken =
      push_through(*site_, *browser_, pump_on, [&] { EXPECT_EQ(ready(kSite), 0U); });
  EXPECT_LT(taken, 2U << 20);
}

TEST_F(RelayTest, PlainAnswersEndTheConnection) {
  plain();
  relay_->send_up("GET / HTTP/1.1\r\n\r\n", false);
  EXPECT_EQ(pump(), Relay::State::kGoing);
  EXPECT_EQ(arrived(*site_), "GET / HTTP/1.1\r\n\r\n");
  EXPECT_FALSE(at_end(*site_));
  site_->send("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\nbo");
  EXPECT_EQ(pump(), Relay::State::kGoing);
  site_->send("dy");
  site_->end();
  EXPECT_EQ(pump(), Relay::State::kFinished);
  EXPECT_EQ(arrived(*browser_), "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbody");
  EXPECT_TRUE(at_end(*browser_));
}

// A second request could be meant for another site.
TEST_F(RelayTest, WhatFollowsARequestIsNotCarried) {
  plain(4);
  relay_->send_up(
      "body"
      "GET http://b/ HTTP/1.1",
      true);
  browser_->send("GET http://c/ HTTP/1.1\r\n\r\n");
  EXPECT_EQ(pump(), Relay::State::kGoing);
  EXPECT_EQ(arrived(*site_), "body");
  EXPECT_EQ(ready(kBrowser), 0U);
}

TEST_F(RelayTest, BodiesThatAreCutOffAreNotPassedOffAsWhole) {
  plain(10);
  browser_->send("half");
  browser_->end();
  EXPECT_EQ(pump(), Relay::State::kBroken);
  EXPECT_EQ(relay_->reason(), std::nullopt);
}

TEST_F(RelayTest, ABrowserMayEndAfterItsRequest) {
  plain(4);
  browser_->send("body");
  browser_->end();
  EXPECT_EQ(pump(), Relay::State::kGoing);
  site_->send("HTTP/1.1 204 No Content\r\n\r\n");
  site_->end();
  EXPECT_EQ(pump(), Relay::State::kFinished);
  EXPECT_THAT(arrived(*browser_), StartsWith("HTTP/1.1 204 "));
}

TEST_F(RelayTest, AnswersComeInPiecesAndAfterInterimOnes) {
  plain();
  for (const char c : std::string_view("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx")) {
    site_->send(std::string_view(&c, 1));
    ASSERT_EQ(pump(), Relay::State::kGoing);
  }
  EXPECT_EQ(arrived(*browser_),
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\n\r\nx");
}

TEST_F(RelayTest, UpgradedConnectionsAreTunnels) {
  plain(0, true);
  browser_->send("early");
  EXPECT_EQ(pump(), Relay::State::kGoing);
  EXPECT_EQ(arrived(*site_), "");
  site_->send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nhi");
  EXPECT_EQ(pump(), Relay::State::kGoing);
  EXPECT_THAT(arrived(*browser_), EndsWith("\r\n\r\nhi"));
  EXPECT_EQ(arrived(*site_), "early");
  browser_->end();
  EXPECT_EQ(pump(), Relay::State::kGoing);
  EXPECT_TRUE(at_end(*site_));
  site_->end();
  EXPECT_EQ(pump(), Relay::State::kFinished);
}

TEST_F(RelayTest, UpgradesThatAreDeclinedAreOrdinaryAnswers) {
  plain(0, true);
  site_->send("HTTP/1.1 400 Bad Request\r\n\r\nno");
  site_->end();
  EXPECT_EQ(pump(), Relay::State::kFinished);
  EXPECT_EQ(arrived(*browser_), "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nno");
}

TEST_F(RelayTest, BadAnswersCanBeReplaced) {
  for (const std::string_view answer :
       {"", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 200", "HTTP/1.1 407 Proxy\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n"}) {
    plain();
    site_->send(answer);
    site_->end();
    EXPECT_EQ(pump(), Relay::State::kBroken) << answer;
    EXPECT_EQ(relay_->reason(), Reason::kBadAnswer) << answer;
    EXPECT_TRUE(relay_->can_answer()) << answer;
    EXPECT_EQ(arrived(*browser_), "") << answer;
  }
}

TEST_F(RelayTest, HeadsOfAnswersHaveALimit) {
  plain();
  site_->send("HTTP/1.1 200 OK\r\nA: ");
  for (std::size_t sent = 0; sent <= kMaxResponseHeadBytes; sent += 1024) {
    site_->send(std::string(1024, 'a'));
    if (pump() == Relay::State::kBroken) break;
  }
  EXPECT_EQ(relay_->reason(), Reason::kBadAnswer);
}

TEST_F(RelayTest, DownloadsEndAtTheLimitOfTheConnection) {
  tunnel({.connection_download_bytes = 10});
  site_->send("0123456789");
  EXPECT_EQ(pump(), Relay::State::kGoing);
  EXPECT_EQ(arrived(*browser_), "0123456789");
  site_->send("x");
  EXPECT_EQ(pump(), Relay::State::kBroken);
  EXPECT_EQ(relay_->reason(), Reason::kDownloadLimit);
  EXPECT_FALSE(relay_->can_answer());
  EXPECT_EQ(arrived(*browser_), "");
}

TEST_F(RelayTest, DownloadsEndAtTheLimitOfTheSession) {
  tunnel({.session_download_bytes = 10});
  shared_->session_download_bytes = 5;
  site_->send("01234");
  EXPECT_EQ(pump(), Relay::State::kGoing);
  EXPECT_TRUE(shared_->session_limit_reached());
  site_->send("x");
  EXPECT_EQ(pump(), Relay::State::kBroken);
  EXPECT_EQ(relay_->reason(), Reason::kSessionLimit);
}

TEST_F(RelayTest, UploadsAreNotLimited) {
  tunnel({.connection_download_bytes = 10, .session_download_bytes = 10});
  browser_->send(std::string(1000, 'x'));
  EXPECT_EQ(pump(), Relay::State::kGoing);
  EXPECT_EQ(arrived(*site_).size(), 1000U);
}

TEST_F(RelayTest, ABrowserThatIsGoneBreaksIt) {
  tunnel();
  browser_.reset();
  site_->send("x");
  EXPECT_EQ(pump(), Relay::State::kBroken);
}

TEST_F(RelayTest, WhatASiteSentBeforeItWentIsDelivered) {
  tunnel();
  site_->send("goodbye");
  site_.reset();
  browser_->send("too late");
  const Relay::State state = pump();
  EXPECT_EQ(arrived(*browser_), "goodbye");
  EXPECT_NE(state, Relay::State::kGoing);
}

}  // namespace
}  // namespace turnpike::egress
