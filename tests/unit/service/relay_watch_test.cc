#include "service/relay_watch.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>

#include "tests/unit/service/fake_relay.h"
#include "tests/unit/service/temp_folder.h"

namespace turnpike::service {
namespace {

using testing::Contains;
using testing::HasSubstr;

bool eventually(const std::function<bool()>& holds) {
  const auto deadline = std::chrono::steady_clock::now() + seconds(10);
  while (std::chrono::steady_clock::now() < deadline) {
    if (holds()) return true;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return false;
}

RelayWatchSettings quick(std::uint16_t port, const std::string& socket) {
  return {.name = "relay",
          .probe_host = port == 0 ? "" : "127.0.0.1",
          .probe_port = port,
          .admin_socket = socket,
          .interval = milliseconds(20),
          .timeout = milliseconds(300),
          .tolerated = 1};
}

const credentials::Revocation kAlice{credentials::RevocationKind::kUser, "alice", 2'000'000'000, 1,
                                     "left"};

TEST(RelayWatch, ARelayThatFallsSilentIsNotOfferedUntilItAnswers) {
  StunResponder responder;
  RelayWatch watch(quick(responder.port(), ""),
                   [] { return std::vector<credentials::Revocation>(); });
  EXPECT_TRUE(watch.is_usable());
  responder.silent = true;
  EXPECT_TRUE(eventually([&] { return !watch.is_usable(); }));
  responder.silent = false;
  EXPECT_TRUE(eventually([&] { return watch.is_usable(); }));
}

TEST(RelayWatch, ARelayThatDrainsIsNotOffered) {
  TempFolder folder;
  FakeAdmin admin(folder.file("admin"), "1");
  RelayWatch watch(quick(0, folder.file("admin")),
                   [] { return std::vector<credentials::Revocation>(); });
  admin.draining = true;
  EXPECT_TRUE(eventually([&] { return !watch.is_usable(); }));
  admin.draining = false;
  EXPECT_TRUE(eventually([&] { return watch.is_usable(); }));
}

TEST(RelayWatch, TellsTheRelayAtOnce) {
  TempFolder folder;
  FakeAdmin admin(folder.file("admin"), "1");
  RelayWatch watch(quick(0, folder.file("admin")),
                   [] { return std::vector<credentials::Revocation>(); });
  EXPECT_TRUE(watch.push({kAlice}));
  EXPECT_THAT(admin.told(), Contains(HasSubstr(R"("kind":"user","value":"alice")")));
  EXPECT_TRUE(watch.lift(kAlice));
  EXPECT_THAT(admin.told(), Contains("DELETE kind=user&value=alice"));
}

TEST(RelayWatch, ARelayThatStartsAgainIsToldEverything) {
  TempFolder folder;
  RelayWatch watch(quick(0, folder.file("admin")),
                   [] { return std::vector<credentials::Revocation>{kAlice}; });
  const auto knows = [](const FakeAdmin& admin) {
    return [&] {
      const auto told = admin.told();
      return !told.empty() && told[0].find("alice") != std::string::npos;
    };
  };
  EXPECT_FALSE(watch.push({kAlice}));
  {
    FakeAdmin first(folder.file("admin"), "1");
    EXPECT_TRUE(eventually(knows(first)));
  }
  FakeAdmin second(folder.file("admin"), "2");
  EXPECT_TRUE(eventually(knows(second)));
}

TEST(RelayWatch, APushThatThereWasNoTimeForIsMadeUpFor) {
  TempFolder folder;
  FakeAdmin admin(folder.file("admin"), "1");
  std::atomic<int> asked = 0;
  RelayWatch watch(quick(0, folder.file("admin")), [&] {
    ++asked;
    return std::vector<credentials::Revocation>{kAlice};
  });
  EXPECT_TRUE(eventually([&] { return asked > 0; }));
  const std::size_t before = admin.told().size();
  watch.miss();
  EXPECT_TRUE(eventually([&] { return admin.told().size() > before; }));
}

TEST(RelayWatch, ALiftThatWasMissedIsToldLater) {
  TempFolder folder;
  RelayWatch watch(quick(0, folder.file("admin")),
                   [] { return std::vector<credentials::Revocation>(); });
  EXPECT_FALSE(watch.lift(kAlice));
  FakeAdmin admin(folder.file("admin"), "1");
  EXPECT_TRUE(eventually([&] {
    const auto told = admin.told();
    return std::ranges::find(told, "DELETE kind=user&value=alice") != told.end();
  }));
}

/// Accepts into its backlog and says nothing.
class MuteSocket {
 public:
  explicit MuteSocket(const std::string& path)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd_, 16), 0);
  }
  ~MuteSocket() {
    for (const int fd : accepted_) ::close(fd);
    ::close(fd_);
  }
  MuteSocket(const MuteSocket&) = delete;
  MuteSocket& operator=(const MuteSocket&) = delete;
  /// How many have come since the last call.
  std::size_t connections() {
    const std::size_t before = accepted_.size();
    for (int fd = 0; (fd = ::accept(fd_, nullptr, nullptr)) >= 0;) accepted_.push_back(fd);
    return accepted_.size() - before;
  }

 private:
  int fd_;
  std::vector<int> accepted_;
};

TEST(RelayWatch, ARelayThatHangsIsNotWaitedForTwice) {
  TempFolder folder;
  MuteSocket mute(folder.file("admin"));
  RelayWatchSettings settings = quick(0, folder.file("admin"));
  settings.interval = std::chrono::hours(1);
  RelayWatch watch(settings, [] { return std::vector<credentials::Revocation>(); });
  EXPECT_TRUE(eventually([&] { return mute.connections() > 0; }));  // its status is asked
  EXPECT_FALSE(watch.push({kAlice}));
  mute.connections();
  EXPECT_FALSE(watch.push({kAlice}));
  EXPECT_FALSE(watch.lift(kAlice));
  EXPECT_EQ(mute.connections(), 0U);
}

TEST(RelayWatch, AccountsWaitUntilWhatWasGivenOutIsWrittenDown) {
  TempFolder folder;
  FakeAdmin admin(folder.file("admin"), "1");
  std::atomic<int> asked = 0;
  std::atomic<bool> written = false;
  std::atomic<std::size_t> taken = 0;
  const RelayWatch watch(
      quick(0, folder.file("admin")), [] { return std::vector<credentials::Revocation>(); },
      {.position = [](const std::string&) { return 0; },
       .settle = [&] { return ++asked > 0 && written.load(); },
       .take =
           [&](const std::string& relay, std::uint64_t after, const boost::json::object& answer) {
             if (relay == "relay" && after == 0) taken += answer.at("ended").as_array().size();
             return false;
           }});
  ASSERT_TRUE(eventually([&] { return asked > 3; }));
  EXPECT_EQ(taken, 0U);
  written = true;
  EXPECT_TRUE(eventually([&] { return taken == 1; }));
}

}  // namespace
}  // namespace turnpike::service
