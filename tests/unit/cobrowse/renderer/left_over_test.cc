#include "cobrowse/renderer/left_over.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace turnpike::renderer {
namespace {

namespace fs = std::filesystem;

TEST(LeftOver, GoesWhereItsUserIsGivenAgain) {
  std::string base = testing::TempDir() + "left-over-XXXXXX";
  ASSERT_NE(::mkdtemp(base.data()), nullptr);
  for (const char* const name : {"turnpike-renderer-a", "turnpike-renderer-b", "other"}) {
    fs::create_directories(base + "/" + name);
  }
  for (const char* const name : {"turnpike-renderer-a", "other"}) {
    fs::create_directories(base + "/" + name + "/profile/Default");
    std::ofstream(base + "/" + name + "/profile/Cookies") << "secret";
  }
  remove_left_over(base, ::getuid() + 1);
  EXPECT_TRUE(fs::exists(base + "/turnpike-renderer-a/profile/Cookies")) << "somebody else's";
  remove_left_over(base, ::getuid());
  EXPECT_FALSE(fs::exists(base + "/turnpike-renderer-a"));
  EXPECT_TRUE(fs::exists(base + "/turnpike-renderer-b")) << "without a profile";
  EXPECT_TRUE(fs::exists(base + "/other/profile/Cookies")) << "no renderer's";
  remove_left_over(base + "/none", ::getuid());
  fs::remove_all(base);
}

}  // namespace
}  // namespace turnpike::renderer
