#include "cobrowse/renderer/ice/ice_agent.h"

#include <gmock/gmock.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <sstream>

#include "relay/crypto/openssl_digests.h"
#include "relay_program.h"
#include "tests/support/test_request.h"

namespace turnpike::ice {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A viewer's socket; its checks are valid ones.
class Checker {
 public:
  Checker() { ::bind(fd_, reinterpret_cast<const sockaddr*>(&any_), sizeof any_); }
  ~Checker() { ::close(fd_); }
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;

  std::uint16_t port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
  }
  void check(std::uint16_t relayed_port, const IceAgent& agent) const {
    const crypto::OpensslDigests digests;
    const stun::TransactionId id{
        {static_cast<std::uint8_t>(port() >> 8), static_cast<std::uint8_t>(port())}};
    test::TestRequest request(stun::MessageClass::kRequest, stun::Method::kBinding, id);
    request.text(stun::AttributeType::kUsername, agent.ufrag() + ":abcd")
        .raw(0x0024, {0x6e, 0, 1, 0xff})
        .raw(0x8029, {1, 2, 3, 4, 5, 6, 7, 8})
        .sign_sha1(digests, as_bytes(agent.password()))
        .fingerprint();
    const auto bytes = request.bytes();
    const sockaddr_in to = on_loopback(relayed_port);
    ::sendto(fd_, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
  /// Our agent has asked it something, so the relay lets it through.
  bool is_asked() const {
    std::array<std::uint8_t, 2048> buffer{};
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return ::recv(fd_, buffer.data(), buffer.size(), 0) > 0;
  }

 private:
  sockaddr_in any_ = on_loopback(0, 1);  // not the relay's own address
  int fd_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

class IceAgentTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(relay_.error(), "");
    loop_.run([this] {
      auto made = IceAgent::make(loop_, relay_.servers(),
                                 {.on_candidate = [this](const std::string& line) { tell(line); },
                                  .on_gathered = {},
                                  .on_state =
                                      [this](IceState state) {
                                        if (state == IceState::kFailed) tell("failed");
                                      },
                                  .on_datagram = {}});
      ASSERT_TRUE(made) << made.error();
      agent_ = *std::move(made);
    });
  }
  void TearDown() override {
    loop_.run([this] { agent_.reset(); });
  }
  void tell(const std::string& line) {
    const std::lock_guard lock(mutex_);
    told_.push_back(line);
    changed_.notify_all();
  }
  /// The `index`th that was told; empty: it did not come.
  std::string told(std::size_t index, milliseconds patience = seconds(10)) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [&] { return told_.size() > index; });
    return told_.size() > index ? told_[index] : "";
  }
  /// Where our agent can be reached, once the relay lets `first` through.
  std::uint16_t open_way(const Checker& first) {
    std::vector<std::string> words;
    std::istringstream line(told(0));
    for (std::string word; line >> word;) words.push_back(word);
    if (words.size() < 6) return 0;
    bool is_taken = false;
    loop_.run([&] {
      is_taken = agent_->set_remote("abcd", "0123456789012345678901") &&
                 agent_->add_remote_candidate("candidate:1 1 udp 41885439 127.0.0.2 " +
                                              std::to_string(first.port()) + " typ relay");
    });
    return is_taken && first.is_asked() ? static_cast<std::uint16_t>(std::stoi(words[5])) : 0;
  }

  RelayProgram relay_;
  EventLoop loop_;
  std::unique_ptr<IceAgent> agent_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> told_;
};

TEST_F(IceAgentTest, ItsOnlyCandidateIsTheRelays) {
  const std::string line = told(0);
  EXPECT_THAT(line, HasSubstr(" 127.0.0.1 "));
  EXPECT_THAT(line, HasSubstr(" typ relay raddr 0.0.0.0 rport 9"));
  EXPECT_THAT(line, Not(HasSubstr("a=")));
  EXPECT_EQ(told(1, milliseconds(100)), "");
}

TEST_F(IceAgentTest, ChecksFromEverywhereAreTheEnd) {
  const Checker first;
  const std::uint16_t port = open_way(first);
  ASSERT_NE(port, 0);
  std::vector<std::unique_ptr<Checker>> checkers;
  const auto check_from_more = [&](int count) {
    for (int i = 0; i < count; ++i) {
      checkers.push_back(std::make_unique<Checker>());
      checkers.back()->check(port, *agent_);
    }
  };
  check_from_more(20);
  EXPECT_EQ(told(1, milliseconds(200)), "") << "some are what a viewer may have";
  for (int i = 0; i < 20 && told(1, milliseconds(50)).empty(); ++i) check_from_more(10);
  EXPECT_EQ(told(1), "failed");
  EXPECT_LT(checkers.size(), 150U);
}

}  // namespace
}  // namespace turnpike::ice
