#include "cobrowse/documents/zip_directory.h"

#include <gtest/gtest.h>

#include "zip_maker.h"

namespace turnpike::documents {
namespace {

TEST(ZipDirectory, ListsEntriesAndReadsStoredOnes) {
  const std::string zip = ZipMaker().add("a", "hello").add("b/c", "").make();
  const auto entries = read_zip_directory(as_bytes(zip));
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 2U);
  EXPECT_EQ((*entries)[1].name, "b/c");
  EXPECT_EQ(stored_content(as_bytes(zip), (*entries)[0]), "hello");
}

TEST(ZipDirectory, RefusesBombs) {
  const std::string zip = ZipMaker().add("a", "1", 5000).add("b", "2", 5000).make();
  const auto problem = [&](const ZipLimits& limits) {
    const auto entries = read_zip_directory(as_bytes(zip), limits);
    return entries ? ZipProblem::kNotZip : entries.error();
  };
  EXPECT_EQ(problem({.entries = 1}), ZipProblem::kTooManyEntries);
  EXPECT_EQ(problem({.total_bytes = 9999}), ZipProblem::kTooBig);
  EXPECT_EQ(problem({.ratio = 10}), ZipProblem::kTooDense);
  EXPECT_TRUE(read_zip_directory(as_bytes(zip), {.total_bytes = 10000}));
}

TEST(ZipDirectory, EveryCutIsRefused) {
  const std::string zip = ZipMaker().add("a", "hello").add("b", "world").make();
  for (std::size_t size = 0; size < zip.size(); ++size) {
    EXPECT_FALSE(read_zip_directory(as_bytes(std::string_view(zip).substr(0, size)))) << size;
  }
}

TEST(ZipDirectory, EveryChangedByteStaysWithinBounds) {
  const std::string zip = ZipMaker().add("a", "hello").make();
  for (std::size_t at = 0; at < zip.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string changed = zip;
      changed[at] = static_cast<char>(value);
      const auto entries = read_zip_directory(as_bytes(changed));
      if (!entries) continue;
      for (const ZipEntry& entry : *entries) {
        EXPECT_LE(stored_content(as_bytes(changed), entry).size(), changed.size());
      }
    }
  }
}

}  // namespace
}  // namespace turnpike::documents
