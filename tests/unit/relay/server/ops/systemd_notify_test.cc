#include "relay/server/ops/systemd_notify.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>

#include "relay/net/fd.h"
#include "tests/unit/relay/server/ops/temp_dir.h"

namespace turnpike::server {
namespace {

/// The service manager's end; `name` with '@' is abstract.
net::Fd listen_at(const std::string& name) {
  net::Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(name.begin(), name.end(), address.sun_path);
  if (name[0] == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
  return fd;
}

std::string receive(const net::Fd& fd) {
  std::array<char, 256> text{};
  const ssize_t size = ::recv(fd.get(), text.data(), text.size(), 0);
  return size < 0 ? "nothing" : std::string(text.data(), static_cast<std::size_t>(size));
}

TEST(SystemdNotify, TellsASocketWithAPath) {
  const TempDir dir;
  const net::Fd manager = listen_at(dir.file("notify"));
  const SystemdNotifier notifier(dir.file("notify"));
  EXPECT_TRUE(notifier.ready());
  EXPECT_EQ(receive(manager), "READY=1");
  EXPECT_TRUE(notifier.stopping());
  EXPECT_EQ(receive(manager), "STOPPING=1");
  EXPECT_TRUE(notifier.status("12 allocations"));
  EXPECT_EQ(receive(manager), "STATUS=12 allocations");
}

TEST(SystemdNotify, TellsAnAbstractSocket) {
  const std::string name = fmt::format("@turnpike-test-{}", ::getpid());
  const net::Fd manager = listen_at(name);
  EXPECT_TRUE(SystemdNotifier(name).ready());
  EXPECT_EQ(receive(manager), "READY=1");
}

TEST(SystemdNotify, AStatusIsOneLine) {
  const TempDir dir;
  const net::Fd manager = listen_at(dir.file("notify"));
  EXPECT_TRUE(SystemdNotifier(dir.file("notify")).status("a\nMAINPID=1"));
  EXPECT_EQ(receive(manager), "STATUS=a");
}

TEST(SystemdNotify, ReadsTheEnvironment) {
  const TempDir dir;
  const net::Fd manager = listen_at(dir.file("notify"));
  ::setenv("NOTIFY_SOCKET", dir.file("notify").c_str(), 1);
  EXPECT_TRUE(SystemdNotifier::from_environment().ready());
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_EQ(receive(manager), "READY=1");
  EXPECT_TRUE(SystemdNotifier::from_environment().ready()) << "nobody listens, which is fine";
}

TEST(SystemdNotify, SaysThatItFailed) {
  const TempDir dir;
  EXPECT_FALSE(SystemdNotifier(dir.file("nobody")).ready());
  EXPECT_FALSE(SystemdNotifier("relative/path").ready());
  EXPECT_FALSE(SystemdNotifier("/" + std::string(200, 'x')).ready());
}

}  // namespace
}  // namespace turnpike::server
