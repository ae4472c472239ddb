#include "cobrowse/renderer/capture/xvfb_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <fstream>

#include "test_screen.h"

namespace turnpike::capture {
namespace {

std::string socket_of(const XvfbServer& server) {
  return "/tmp/.X11-unix/X" + server.display_name().substr(1);
}

/// A program that stands in for Xvfb.
std::string write_script(const TempFolder& folder, const std::string& lines) {
  std::string path = folder.file("fake-xvfb");
  std::ofstream(path) << "#!/bin/sh\n" << lines << "\n";
  ::chmod(path.c_str(), 0700);
  return path;
}

TEST(XvfbServer, SaysThatItIsNotInstalled) {
  const TempFolder folder;
  SeededRng rng(1);
  const auto server =
      XvfbServer::start({.folder = folder.path(), .program = folder.file("Xvfb")}, rng);
  EXPECT_EQ(server.error(), folder.file("Xvfb") +
                                " cannot be run (No such file or directory): install the package "
                                "xvfb");
}

TEST(XvfbServer, SaysWhatTheServerSaidLast) {
  const TempFolder folder;
  SeededRng rng(1);
  const std::string program = write_script(folder, "echo first; echo no display is free >&2");
  const auto server = XvfbServer::start({.folder = folder.path(), .program = program}, rng);
  EXPECT_EQ(server.error(), program + " ended at once: no display is free");
}

TEST(XvfbServer, DoesNotWaitForEver) {
  const TempFolder folder;
  SeededRng rng(1);
  const std::string program = write_script(folder, "exec sleep 100");
  const auto server = XvfbServer::start(
      {.folder = folder.path(), .program = program, .timeout = milliseconds(30)}, rng);
  EXPECT_EQ(server.error(), program + " was not ready in 30 ms: it printed nothing");
}

TEST(XvfbServer, SaysWhichFileItCannotWrite) {
  if (!xvfb_missing().empty()) GTEST_SKIP() << xvfb_missing();
  SeededRng rng(1);
  const auto server = XvfbServer::start({.folder = "/nowhere"}, rng);
  EXPECT_EQ(server.error(), "cannot write /nowhere/xauthority: No such file or directory");
}

class XvfbServerTest : public ScreenTest {};

TEST_F(XvfbServerTest, TheSecretIsForTheOwnerAlone) {
  struct stat file {};
  ASSERT_EQ(::stat(xvfb_->place().xauthority.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
}

TEST_F(XvfbServerTest, TwoServersHaveTwoDisplays) {
  const TempFolder folder;
  SeededRng rng(8);
  auto second = XvfbServer::start({.folder = folder.path()}, rng);
  ASSERT_TRUE(second) << second.error();
  EXPECT_NE(second->place().display, xvfb_->place().display);
}

TEST_F(XvfbServerTest, EndsInOrder) {
  const std::string socket = socket_of(*xvfb_);
  struct stat file {};
  EXPECT_EQ(::stat(socket.c_str(), &file), 0);
  EXPECT_TRUE(xvfb_->is_running());
  xvfb_->stop();
  EXPECT_FALSE(xvfb_->is_running());
  EXPECT_NE(::stat(socket.c_str(), &file), 0);
}

TEST_F(XvfbServerTest, NoticesThatTheServerDied) {
  ::kill(xvfb_->pid(), SIGKILL);
  while (xvfb_->is_running()) ::usleep(2'000);
  SUCCEED();
}

TEST_F(XvfbServerTest, RunsAsSomebodyElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "to change the user takes root";
  const TempFolder folder;
  const UserIds nobody{.uid = 65534, .gid = 65534};
  ASSERT_EQ(::chown(folder.path().c_str(), nobody.uid, nobody.gid), 0);
  SeededRng rng(9);
  auto server = XvfbServer::start({.folder = folder.path(), .run_as = nobody}, rng);
  ASSERT_TRUE(server) << server.error();
  struct stat owner {};
  ASSERT_EQ(::stat(("/proc/" + std::to_string(server->pid())).c_str(), &owner), 0);
  EXPECT_EQ(owner.st_uid, nobody.uid);
  ASSERT_EQ(::stat(server->place().xauthority.c_str(), &owner), 0);
  EXPECT_EQ(owner.st_uid, nobody.uid);
  EXPECT_TRUE(X11Connection::open(server->place()));
}

}  // namespace
}  // namespace turnpike::capture
