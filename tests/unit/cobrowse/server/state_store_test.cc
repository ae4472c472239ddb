#include "cobrowse/server/state_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/service/temp_folder.h"

namespace turnpike::cobrowse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(StateStore, KeepsWhatItIsGiven) {
  const service::TempFolder folder;
  const std::string path = folder.file("state.db");
  {
    const auto store = StateStore::open(path);
    ASSERT_TRUE(store) << store.error();
    ASSERT_TRUE((*store)->put_session("b", "second"));
    ASSERT_TRUE((*store)->put_session("a", "first"));
    ASSERT_TRUE((*store)->put_session("a", "'; DROP TABLE session; --"));
    ASSERT_TRUE((*store)->put_session("c", "third"));
    ASSERT_TRUE((*store)->remove_session("c"));
    ASSERT_TRUE((*store)->remove_session("nobody"));
    ASSERT_TRUE((*store)->put_fact("port", "1"));
    ASSERT_TRUE((*store)->put_fact("port", "2"));
  }
  const auto store = StateStore::open(path);
  ASSERT_TRUE(store) << store.error();
  EXPECT_THAT(*(*store)->sessions(), ElementsAre("'; DROP TABLE session; --", "second"));
  EXPECT_EQ((*store)->fact("port"), "2");
  EXPECT_EQ((*store)->fact("other"), "");
}

TEST(StateStore, IsForItsOwnerOnly) {
  const service::TempFolder folder;
  const auto store = StateStore::open(folder.file("state.db"));
  ASSERT_TRUE(store) << store.error();
  ASSERT_TRUE((*store)->put_session("a", "x"));
  for (const auto& entry : std::filesystem::directory_iterator(folder.file(""))) {
    EXPECT_EQ(entry.status().permissions(), std::filesystem::perms(0600)) << entry.path();
  }
}

TEST(StateStore, ErrorsNameTheFile) {
  const service::TempFolder folder;
  const std::string missing = folder.file("no/such/state.db");
  EXPECT_THAT(StateStore::open(missing).error(), HasSubstr("\"" + missing + "\" cannot be used: "));
  const std::string garbage = folder.file("garbage.db");
  std::ofstream(garbage) << std::string(5000, 'x');
  EXPECT_THAT(StateStore::open(garbage).error(), HasSubstr("not a database"));
}

}  // namespace
}  // namespace turnpike::cobrowse
