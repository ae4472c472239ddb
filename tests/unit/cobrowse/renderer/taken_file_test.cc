#include "cobrowse/renderer/taken_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace turnpike::renderer {
namespace {

class TakenFile : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(::mkdtemp(folder_.data()), nullptr); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ + "/" + name) << content;
    return folder_ + "/" + name;
  }
  std::string folder_ = testing::TempDir() + "turnpike-taken-XXXXXX";
};

TEST_F(TakenFile, IsReadAndGone) {
  const std::string path = write("a", "content");
  EXPECT_EQ(take_file(path, 7).value(), "content");
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(take_file(path, 7).error(), "it cannot be read");
  EXPECT_EQ(take_file(write("empty", ""), 7).value(), "");
}

TEST_F(TakenFile, WhatIsTooBigIsRefusedAndGone) {
  const std::string path = write("a", "content");
  EXPECT_EQ(take_file(path, 6).error(), "it is too big");
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(TakenFile, LinksLeadNowhere) {
  const std::string secret = write("secret", "s"), link = folder_ + "/link";
  std::filesystem::create_symlink(secret, link);
  EXPECT_EQ(take_file(link, 9).error(), "it cannot be read");
  std::filesystem::create_hard_link(secret, link);
  EXPECT_EQ(take_file(link, 9).error(), "it is no plain file");
  EXPECT_TRUE(std::filesystem::exists(secret));
}

TEST_F(TakenFile, APipeIsNotWaitedFor) {
  const std::string pipe = folder_ + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(take_file(pipe, 9).error(), "it is no plain file");
  EXPECT_EQ(take_file(folder_, 9).error(), "it is no plain file");
}

}  // namespace
}  // namespace turnpike::renderer
