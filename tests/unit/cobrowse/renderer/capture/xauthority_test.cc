#include "cobrowse/renderer/capture/xauthority.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "temp_folder.h"

namespace turnpike::capture {
namespace {

constexpr Cookie kCookie{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

/// As `xauth` writes it: family local, a host, a number.
std::vector<std::uint8_t> entry_for(char display, std::uint8_t first_byte) {
  std::vector<std::uint8_t> entry{1, 0, 0, 4, 'h', 'o', 's', 't', 0, 1};
  entry.push_back(static_cast<std::uint8_t>(display));
  entry.insert(entry.end(), {0, 18});
  const Bytes name = as_bytes(kMagicCookie);
  entry.insert(entry.end(), name.begin(), name.end());
  entry.insert(entry.end(), {0, 16});
  Cookie cookie = kCookie;
  cookie[0] = first_byte;
  entry.insert(entry.end(), cookie.begin(), cookie.end());
  return entry;
}

TEST(Xauthority, WhatIsWrittenIsFoundForEveryDisplay) {
  const auto file = render_xauthority(kCookie);
  EXPECT_EQ(file.size(), 2u + 2 + 2 + 2 + 18 + 2 + 16);
  EXPECT_EQ(find_cookie(file, 0), kCookie);
  EXPECT_EQ(find_cookie(file, 99), kCookie);
}

TEST(Xauthority, FindsTheEntryOfTheDisplay) {
  std::vector<std::uint8_t> file = entry_for('4', 40);
  const auto second = entry_for('5', 50);
  file.insert(file.end(), second.begin(), second.end());
  ASSERT_TRUE(find_cookie(file, 5));
  EXPECT_EQ((*find_cookie(file, 5))[0], 50);
  EXPECT_EQ((*find_cookie(file, 4))[0], 40);
  EXPECT_FALSE(find_cookie(file, 6));
}

TEST(Xauthority, OtherSecretsAreNotMistakenForCookies) {
  auto file = entry_for('5', 50);
  file[13] = 'X';  // XIT-MAGIC-COOKIE-1
  EXPECT_FALSE(find_cookie(file, 5));
}

TEST(Xauthority, AFileThatIsCutOffHasNone) {
  const auto file = render_xauthority(kCookie);
  for (std::size_t size = 0; size < file.size(); ++size) {
    EXPECT_FALSE(find_cookie(Bytes(file).first(size), 0)) << size;
  }
}

TEST(Xauthority, ReadsAFileOrNamesIt) {
  const TempFolder folder;
  const std::string path = folder.file("auth");
  EXPECT_THAT(read_cookie(path, 1).error(), testing::HasSubstr(path));
  const auto content = render_xauthority(kCookie);
  std::ofstream(path, std::ios::binary) << as_text(content);
  EXPECT_EQ(read_cookie(path, 1), kCookie);
  std::ofstream(path, std::ios::binary) << "nonsense";
  EXPECT_THAT(read_cookie(path, 1).error(), testing::HasSubstr("has no MIT-MAGIC-COOKIE-1"));
  std::ofstream(path, std::ios::binary) << std::string(70'000, 'x');
  EXPECT_THAT(read_cookie(path, 1).error(), testing::HasSubstr("too many"));
}

}  // namespace
}  // namespace turnpike::capture
