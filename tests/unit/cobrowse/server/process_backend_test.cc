#include "cobrowse/server/process_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/unit/service/temp_folder.h"

namespace turnpike::cobrowse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string script(const service::TempFolder& folder, const std::string& text) {
  const std::string path = folder.file("renderer.sh");
  std::ofstream(path) << "#!/bin/sh\ncd \"$(dirname \"$0\")\" || exit 1\n" << text;
  std::filesystem::permissions(path, std::filesystem::perms(0700));
  return path;
}

std::string content(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// Asks until it is so; processes take the time that they take.
template <class Condition>
bool comes(const Condition& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

std::vector<std::string> wait_for_end(ProcessBackend& backend) {
  std::vector<std::string> ended;
  comes([&] { return !(ended = backend.take_ended()).empty(); });
  return ended;
}

TEST(ProcessBackend, GivesTheOrdersAndSeesTheEnd) {
  const service::TempFolder folder;
  ProcessBackend backend(script(folder, "cat > orders\n"));
  const auto started = backend.start("s1", {{"session", "s1"}, {"token", "secret"}});
  ASSERT_TRUE(started) << started.error();
  EXPECT_THAT(wait_for_end(backend), ElementsAre("s1"));
  EXPECT_THAT(backend.take_ended(), IsEmpty());
  EXPECT_EQ(content(folder.file("orders")), R"({"session":"s1","token":"secret"})");
}

TEST(ProcessBackend, StopEndsItQuietly) {
  const service::TempFolder folder;
  ProcessBackend backend(script(
      folder, "trap 'touch ended; exit 0' TERM\ntouch ready\nwhile :; do sleep 0.05; done\n"));
  ASSERT_TRUE(backend.start("s1", {}));
  ASSERT_TRUE(comes([&] { return std::filesystem::exists(folder.file("ready")); }));
  backend.stop("s1");
  backend.stop("s1");
  backend.stop("nobody");
  EXPECT_TRUE(comes([&] { return std::filesystem::exists(folder.file("ended")); }));
  EXPECT_THAT(backend.take_ended(), IsEmpty());
}

TEST(ProcessBackend, ANewOneTakesTheOldOnesPlace) {
  const service::TempFolder folder;
  ProcessBackend backend(script(folder,
                                "read -r orders\n"
                                "trap 'touch first-ended; exit 0' TERM\n"
                                "case $orders in *first*) touch first;\n"
                                "  while :; do sleep 0.05; done;; esac\n"
                                "while [ ! -e go ]; do sleep 0.05; done\n"));
  ASSERT_TRUE(backend.start("s1", {{"n", "first"}}));
  ASSERT_TRUE(comes([&] { return std::filesystem::exists(folder.file("first")); }));
  ASSERT_TRUE(backend.start("s1", {{"n", "second"}}));
  ASSERT_TRUE(comes([&] { return std::filesystem::exists(folder.file("first-ended")); }));
  // Its end is not the end of the one that runs now.
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(backend.take_ended(), IsEmpty());
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  std::ofstream(folder.file("go")) << "x";
  EXPECT_THAT(wait_for_end(backend), ElementsAre("s1"));
}

TEST(ProcessBackend, WhatCannotBeRunIsNamed) {
  const service::TempFolder folder;
  ProcessBackend missing(folder.file("none"));
  EXPECT_THAT(missing.start("s", {}).error(),
              HasSubstr("\"" + folder.file("none") + "\" cannot be run: No such file"));
  const std::string path = script(folder, "exit 0\n");
  std::filesystem::permissions(path, std::filesystem::perms(0600));
  ProcessBackend not_executable(path);
  EXPECT_THAT(not_executable.start("s", {}).error(), HasSubstr("Permission denied"));
}

}  // namespace
}  // namespace turnpike::cobrowse
