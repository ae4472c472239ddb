#include "conf/file_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace turnpike::conf {
namespace {

class DiskReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("conf_reader_" + std::to_string(::getpid()) + "_" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  std::filesystem::path folder_;
  DiskReader reader_;
};

TEST_F(DiskReaderTest, ReadsAWholeFile) {
  using namespace std::string_literals;
  EXPECT_EQ(reader_.read(write("a", "realm=x\r\n\0y"s)).value(), "realm=x\r\n\0y"s);
  EXPECT_EQ(reader_.read(write("b", "")).value(), "");
}

TEST_F(DiskReaderTest, TellsMissingFromTooLarge) {
  EXPECT_EQ(reader_.read((folder_ / "none").string()).error(), ReadError::kNotFound);
  EXPECT_EQ(reader_.read(folder_.string()).error(), ReadError::kNotFound);
  const std::string large = write("large", std::string(DiskReader::kMaxConfigBytes + 1, '#'));
  EXPECT_EQ(reader_.read(large).error(), ReadError::kTooLarge);
}

// A file that even root cannot read: address 0 of a process is not mapped.
TEST_F(DiskReaderTest, TellsUnreadable) {
  EXPECT_EQ(reader_.read("/proc/self/mem").error(), ReadError::kUnreadable);
}

}  // namespace
}  // namespace turnpike::conf
