#include "http/server/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>

namespace turnpike::http {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

/// A folder of this test alone.
class ListenerTest : public testing::Test {
 protected:
  ListenerTest() {
    std::string name = (fs::temp_directory_path() / "turnpike_listener_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~ListenerTest() override { fs::remove_all(folder_); }

  std::string path() const { return (folder_ / "s").string(); }
  auto listen(unsigned mode = 0660) {
    return listen_unix(io_.get_executor(), {.path = path(), .mode = mode});
  }

  boost::asio::io_context io_;
  fs::path folder_;
};

TEST_F(ListenerTest, AUnixSocketHasItsModeAndGoesAtTheEnd) {
  {
    const auto acceptor = listen(0600);
    ASSERT_TRUE(acceptor) << acceptor.error();
    struct stat status {};
    ASSERT_EQ(::lstat(path().c_str(), &status), 0);
    EXPECT_TRUE(S_ISSOCK(status.st_mode));
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
  }
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(ListenerTest, AStaleSocketIsReplaced) {
  {
    auto first = listen();
    ASSERT_TRUE(first);
    fs::rename(path(), path() + ".kept");
  }
  fs::rename(path() + ".kept", path());
  ASSERT_TRUE(fs::exists(path()));
  const auto second = listen();
  EXPECT_TRUE(second) << second.error();
}

TEST_F(ListenerTest, ALiveSocketIsLeftAlone) {
  const auto first = listen();
  ASSERT_TRUE(first);
  const auto second = listen();
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), HasSubstr("another program listens there"));
  EXPECT_TRUE(fs::exists(path()));
}

TEST_F(ListenerTest, AnotherFileIsLeftAlone) {
  std::ofstream(path()) << "precious";
  const auto acceptor = listen();
  ASSERT_FALSE(acceptor);
  EXPECT_THAT(acceptor.error(), HasSubstr("no socket"));
  EXPECT_EQ(fs::file_size(path()), 8U);
}

TEST_F(ListenerTest, SomebodyElsesSocketIsNotRemoved) {
  boost::asio::io_context io;
  std::optional<UnixAcceptor> other;
  {
    const auto first = listen();
    ASSERT_TRUE(first);
    fs::remove(path());
    other.emplace(*listen_unix(io.get_executor(), {.path = path()}));
  }
  EXPECT_TRUE(fs::exists(path()));
}

TEST_F(ListenerTest, PathsThatCannotBeAreErrors) {
  const auto executor = io_.get_executor();
  EXPECT_FALSE(listen_unix(executor, {.path = ""}));
  EXPECT_FALSE(listen_unix(executor, {.path = std::string(108, 'x')}));
  const auto missing = listen_unix(executor, {.path = (folder_ / "none" / "s").string()});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error(), HasSubstr("No such file"));
}

TEST_F(ListenerTest, TcpOnEveryAddressTakesBothFamilies) {
  const auto acceptor = listen_tcp(io_.get_executor(), {});
  ASSERT_TRUE(acceptor) << acceptor.error();
  EXPECT_NE(acceptor->local_endpoint().port(), 0);
}

TEST_F(ListenerTest, TcpThatCannotBeIsAnError) {
  const auto acceptor = listen_tcp(io_.get_executor(), {.address = IpAddress::v4(192, 0, 2, 1)});
  ASSERT_FALSE(acceptor);
  EXPECT_THAT(acceptor.error(), HasSubstr("192.0.2.1"));
}

}  // namespace
}  // namespace turnpike::http
