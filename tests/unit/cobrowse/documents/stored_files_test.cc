#include "cobrowse/documents/stored_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "temp_folder.h"

namespace turnpike::documents {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

std::string why_not(const std::string& path) {
  const auto claim = claim_folder(path);
  if (!claim) return claim.error();
  ::close(*claim);
  return "";
}

TEST(StoredFiles, AFolderIsMadeForThisUserAlone) {
  const TempFolder temp;
  ::umask(0);
  const std::string path = temp.path("a/b");
  EXPECT_EQ(why_not(path), "");
  EXPECT_EQ(TempFolder::mode(path), 0700U);
  ASSERT_THAT(temp.names("a/b"), ElementsAre(".turnpike-documents"));
  EXPECT_EQ(TempFolder::mode(path + "/.turnpike-documents"), 0600U);
  EXPECT_TRUE(is_claim(".turnpike-documents"));
  EXPECT_FALSE(is_claim("session"));
  ::chmod(path.c_str(), 0755);
  temp.write("a/b/more", "");
  EXPECT_EQ(why_not(path), "") << "it has been ours";
  EXPECT_EQ(TempFolder::mode(path), 0700U);
}

TEST(StoredFiles, AFolderOfOthersIsLeftAlone) {
  const TempFolder temp;
  fs::create_directory(temp.path("home"));
  ::chmod(temp.path("home").c_str(), 0755);
  temp.write("home/letter", "dear");
  EXPECT_EQ(why_not(temp.path("home")), "documents.folder \"" + temp.path("home") +
                                            "\" cannot be used: there are other things in it");
  EXPECT_EQ(TempFolder::mode(temp.path("home")), 0755U);
  EXPECT_THAT(temp.names("home"), ElementsAre("letter"));
  EXPECT_THAT(why_not(temp.path("home/letter")), HasSubstr("cannot be used"));
  EXPECT_THAT(why_not(""), HasSubstr("cannot be used"));
  fs::create_directory(temp.path("linked"));
  fs::create_symlink(temp.path("home/letter"), temp.path("linked/.turnpike-documents"));
  EXPECT_THAT(why_not(temp.path("linked")), HasSubstr("cannot be used"));
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  fs::create_directory(temp.path("given"));
  ASSERT_EQ(::chown(temp.path("given").c_str(), 65534, 65534), 0);
  EXPECT_THAT(why_not(temp.path("given")), HasSubstr("another user"));
}

TEST(StoredFiles, AFolderIsOneProgramsAtATime) {
  const TempFolder temp;
  const auto claim = claim_folder(temp.path());
  ASSERT_TRUE(claim) << claim.error();
  const auto other_may = [&] {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(why_not(temp.path()).empty() ? 0 : 1);
    int status = -1;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  };
  EXPECT_FALSE(other_may());
  ::close(*claim);
  EXPECT_TRUE(other_may());
}

TEST(StoredFiles, SessionsThatCanNameAFolder) {
  for (const char* const good : {"a", "-x_9Z", "0123456789abcdefABCDEF"}) {
    EXPECT_TRUE(is_folder_name(good)) << good;
  }
  EXPECT_TRUE(is_folder_name(std::string(200, 'a')));
  EXPECT_FALSE(is_folder_name(std::string(201, 'a')));
  for (const std::string bad :
       {"", ".", "..", "a/b", "/", ".converting", "a b", "a\n", "\xc3\xa9"}) {
    EXPECT_FALSE(is_folder_name(bad)) << bad;
  }
  EXPECT_FALSE(is_folder_name(std::string_view("a\0", 2)));
}

TEST(StoredFiles, AreMadeAnewAndNotThroughLinks) {
  const TempFolder temp;
  ::umask(0);
  {
    const OwnedFd file(create_file(temp.path("a")));
    ASSERT_TRUE(file.is_open());
    EXPECT_TRUE(write_whole(file.fd(), as_bytes(std::string_view("hello"))));
    EXPECT_EQ(size_of(file.fd()), 5U);
    EXPECT_EQ(read_whole(file.fd(), 5), "hello") << "wherever it was written last";
    EXPECT_EQ(read_whole(file.fd(), 4), std::nullopt);
  }
  EXPECT_EQ(TempFolder::mode(temp.path("a")), 0600U);
  EXPECT_LT(create_file(temp.path("a")), 0) << "it is there already";
  fs::create_symlink(temp.path("a"), temp.path("link"));
  fs::create_symlink(temp.path("nothing"), temp.path("dangling"));
  EXPECT_LT(open_file(temp.path("link")), 0);
  EXPECT_LT(create_file(temp.path("link")), 0);
  EXPECT_LT(create_file(temp.path("dangling")), 0);
  EXPECT_FALSE(temp.has("nothing"));
  EXPECT_LT(open_file(temp.path()), 0) << "a folder";
  ASSERT_EQ(::mkfifo(temp.path("fifo").c_str(), 0600), 0);
  EXPECT_LT(open_file(temp.path("fifo")), 0);
  remove_file(temp.path("link"));
  EXPECT_TRUE(temp.has("a"));
  EXPECT_EQ(read_whole(-1, 100), std::nullopt);
}

TEST(StoredFiles, AWriteThatFailsSaysSo) {
  const TempFolder temp;
  temp.write("a", "text");
  const OwnedFd read_only(open_file(temp.path("a")));
  EXPECT_FALSE(write_whole(read_only.fd(), as_bytes(std::string_view("x"))));
}

TEST(StoredFiles, ANoteComesBackAsItWas) {
  const DocumentNote note{.number = 7, .pages = 12, .is_pdf = true, .name = "a \xc3\xa9.pdf"};
  const auto back = parse_note(to_text(note));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->number, 7U);
  EXPECT_EQ(back->pages, 12U);
  EXPECT_TRUE(back->is_pdf);
  EXPECT_EQ(back->name, note.name);
  EXPECT_FALSE(parse_note(to_text({.name = "x.doc"}))->is_pdf);
  EXPECT_FALSE(back->is_download || back->is_kept);
  const auto kept = parse_note(to_text({.is_kept = true, .is_download = true, .name = "x"}));
  EXPECT_TRUE(kept && kept->is_kept && kept->is_download && !kept->is_pdf);
  EXPECT_TRUE(parse_note(to_text({.is_pdf = true, .is_download = true, .name = "x"}))->is_download);
  EXPECT_EQ(parse_note("1 2 pdf\n../\xe2\x80\xaex\n")->name, "x") << "whoever wrote it";
}

TEST(StoredFiles, EveryCutNoteIsRefused) {
  const std::string text = to_text({.number = 7, .pages = 12, .is_pdf = true, .name = "a.pdf"});
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(parse_note(std::string_view(text).substr(0, size))) << size;
  }
  for (const char* const bad :
       {"x 2 pdf\na\n", "1 -2 pdf\na\n", "1 2 odt\na\n", "1 2\na\n", "12 pdf\na\n", "1 2 pdf \na\n",
        "1 2  download\na\n", "99999999999999999999 1 pdf\na\n"}) {
    EXPECT_FALSE(parse_note(bad)) << bad;
  }
}

}  // namespace
}  // namespace turnpike::documents
