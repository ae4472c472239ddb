#include "cobrowse/renderer/sound/sound_card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <vector>

#include "tests/unit/cobrowse/renderer/sound/sound_folder.h"

namespace turnpike::sound {
namespace {

using testing::HasSubstr;

TEST(SoundCard, MakesASocketForItsOwnerAndAConfiguration) {
  const SoundFolder folder;
  std::string file;
  {
    const auto card = SoundCard::make(folder.settings());
    ASSERT_TRUE(card) << card.error();
    EXPECT_GE(card->socket(), 0);
    struct stat socket {};
    ASSERT_EQ(::stat((folder.path() + "/sound").c_str(), &socket), 0);
    EXPECT_TRUE(S_ISSOCK(socket.st_mode));
    EXPECT_EQ(socket.st_mode & 0777U, 0600U);
    file = card->config();
    std::ifstream in(file);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    EXPECT_THAT(text, HasSubstr(TURNPIKE_SOUND_PLUGIN));
    EXPECT_THAT(text, HasSubstr(folder.path() + "/sound"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

// Before anybody accepts them, as on a machine that is busy.
TEST(SoundCard, ManyStreamsFindRoomToWait) {
  const SoundFolder folder;
  const auto card = SoundCard::make(folder.settings());
  ASSERT_TRUE(card) << card.error();
  std::vector<int> streams;
  for (int i = 0; i < 40; ++i) {
    streams.push_back(folder.connect());
    EXPECT_GE(streams.back(), 0) << i;
  }
  for (const int stream : streams) ::close(stream);
}

TEST(SoundCard, SaysWhatIsMissing) {
  const SoundFolder folder;
  auto settings = folder.settings();
  settings.plugin = folder.path() + "/none.so";
  EXPECT_THAT(SoundCard::make(settings).error(), HasSubstr("none.so"));
  settings = folder.settings();
  settings.folder += "/nowhere";
  EXPECT_THAT(SoundCard::make(settings).error(), HasSubstr("nowhere/sound"));
  settings.folder = folder.path() + std::string(200, 'x');
  EXPECT_THAT(SoundCard::make(settings).error(), HasSubstr("too long"));
}

}  // namespace
}  // namespace turnpike::sound
