#include "cobrowse/renderer/chosen_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace turnpike::renderer {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(SafeFileName, IsANameAndNothingElse) {
  EXPECT_EQ(safe_file_name("Letter 1.docx"), "Letter 1.docx");
  EXPECT_EQ(safe_file_name("R\u00e9sum\u00e9.pdf"), "R\u00e9sum\u00e9.pdf");
  EXPECT_EQ(safe_file_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(safe_file_name("C:\\tmp\\x.txt"), "x.txt");
  EXPECT_EQ(safe_file_name(" ..hidden"), "hidden");
  EXPECT_EQ(safe_file_name("a\nb\x7f\x01.txt"), "ab.txt");
  EXPECT_EQ(safe_file_name("a\xff.txt"), "a\uFFFD.txt");
  for (const char* const none : {"", "/", "..", "...", "a/", "\x01"}) {
    EXPECT_EQ(safe_file_name(none), "document") << none;
  }
}

TEST(SafeFileName, IsCutBetweenCharactersAndKeepsItsEnding) {
  std::string name = "x";
  for (int i = 0; i < 200; ++i) name += "\u00e9";
  const std::string cut = safe_file_name(name + ".docx");
  EXPECT_THAT(cut, EndsWith("\u00e9.docx"));
  EXPECT_EQ(cut.size(), 200U);
  EXPECT_EQ(safe_file_name(std::string(300, 'a') + "." + std::string(30, 'b')),
            std::string(200, 'a'));
}

class ChosenFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    if (::geteuid() == 0) owner_ = browser::BrowserUser{61'237, 61'237};
    files_.emplace(folder_ + "/chosen", owner_);
  }
  void TearDown() override {
    files_.reset();
    std::filesystem::remove_all(folder_);
  }
  static std::string read(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  std::string folder_ = testing::TempDir() + "turnpike-chosen-XXXXXX";
  std::optional<browser::BrowserUser> owner_;
  std::optional<ChosenFiles> files_;
};

TEST_F(ChosenFilesTest, BelongToTheBrowserAloneAndGo) {
  const auto one = files_->put("a/x.txt", std::string("1\0002", 3));
  const auto two = files_->put("x.txt", "2");
  ASSERT_TRUE(one && two) << (one ? two.error() : one.error());
  EXPECT_THAT(*one, EndsWith("/x.txt"));
  EXPECT_NE(*one, *two);
  EXPECT_EQ(read(*one), std::string("1\0002", 3));
  EXPECT_EQ(read(*two), "2");
  struct stat file {
  }, above{};
  ASSERT_EQ(::stat(one->c_str(), &file), 0);
  ASSERT_EQ(::stat(std::filesystem::path(*one).parent_path().c_str(), &above), 0);
  EXPECT_EQ(file.st_mode & 0777, 0400U);
  EXPECT_EQ(above.st_mode & 0777, 0700U);
  if (owner_) {
    EXPECT_EQ(file.st_uid, owner_->uid);
    EXPECT_EQ(above.st_uid, owner_->uid);
  }
  files_.reset();
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/chosen"));
}

TEST_F(ChosenFilesTest, HaveALimitTogether) {
  const std::string half(ChosenFiles::kMaxBytes / 2 + 1, 'x');
  ASSERT_TRUE(files_->put("a", half));
  const auto second = files_->put("b", half);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), HasSubstr("more than 256 MB"));
  EXPECT_TRUE(files_->put("c", "small"));
}

TEST_F(ChosenFilesTest, SayWhatCannotBeWritten) {
  files_.emplace(folder_ + "/none/chosen", owner_);
  const auto path = files_->put("x", "1");
  ASSERT_FALSE(path);
  EXPECT_THAT(path.error(), HasSubstr("x\" cannot be written: "));
}

}  // namespace
}  // namespace turnpike::renderer
