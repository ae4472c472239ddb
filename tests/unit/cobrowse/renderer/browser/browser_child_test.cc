#include "cobrowse/renderer/browser/browser_child.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace turnpike::browser {
namespace {

// What the child does on its way is in browser_process_test.cc.
TEST(BrowserChild, ListensOnLoopbackOnly) {
  const int fd = listen_on_loopback(0);
  ASSERT_GE(fd, 0);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  EXPECT_EQ(ntohl(address.sin_addr.s_addr), INADDR_LOOPBACK);
  EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_EQ(listen_on_loopback(ntohs(address.sin_port)), -1) << "it is taken";
  ::close(fd);
}

TEST(BrowserChild, FindsOutWithoutEnteringItself) {
  char before[64]{}, after[64]{};
  ASSERT_GT(::readlink("/proc/self/ns/net", before, sizeof before - 1), 0);
  const Namespaces found = available_namespaces();
  ASSERT_GT(::readlink("/proc/self/ns/net", after, sizeof after - 1), 0);
  EXPECT_STREQ(before, after);
  EXPECT_NE(found, ::geteuid() == 0 ? Namespaces::kWithUserNamespace : Namespaces::kAsRoot);
}

TEST(BrowserChild, WithoutAParentItGoesNowhere) {
  const ChildPlan plan{.namespaces = Namespaces::kNone};
  // In a child of ours, since it makes a session of its own.
  EXPECT_EXIT(::_exit(become_browser(plan) == std::string_view("parent") ? 7 : 1),
              testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace turnpike::browser
