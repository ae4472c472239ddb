#include "credentials/store/encrypted_password.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "tests/support/throwaway_server.h"

namespace turnpike::credentials {
namespace {

class EncryptedPassword : public ::testing::Test {
 protected:
  std::string key_file(const std::string& content) {
    const std::string path = folder_.path() + "/key";
    test::write_file(path, content);
    return path;
  }
  static std::string read_all(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  test::TemporaryFolder folder_;
};

TEST_F(EncryptedPassword, ReadsWhatCoturnsTurnadminWrote) {
  // turnadmin -E -f key -p s3cr3t-my, of Coturn 4.6.1
  const auto password = decrypt_password("+ECU6FJlvc8a", key_file("3S8XnLX4cl3HP6Zn"));
  ASSERT_TRUE(password) << password.error().text;
  EXPECT_EQ(password->reveal(), "s3cr3t-my");
}

TEST_F(EncryptedPassword, SaysWhatIsWrongWithTheKeyFile) {
  const auto missing = decrypt_password("+ECU6FJlvc8a", folder_.path() + "/none");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().text.find("/none"), std::string::npos);
  EXPECT_FALSE(decrypt_password("+ECU6FJlvc8a", key_file("short")));
}

TEST_F(EncryptedPassword, RefusesAPlainPasswordWithoutShowingIt) {
  const auto plain = decrypt_password("s3cr3t-my!", key_file("3S8XnLX4cl3HP6Zn"));
  ASSERT_FALSE(plain);
  EXPECT_NE(plain.error().text.find("turnadmin -E"), std::string::npos);
  EXPECT_EQ(plain.error().text.find("s3cr3t"), std::string::npos);
}

TEST_F(EncryptedPassword, WritesWhatItReads) {
  const std::string key = key_file("3S8XnLX4cl3HP6Zn");
  const auto known = encrypt_password(Secret("s3cr3t-my"), key);
  ASSERT_TRUE(known) << known.error().text;
  EXPECT_EQ(*known, "+ECU6FJlvc8a");  // Coturn's
  for (const std::string& password :
       {std::string(), std::string(300, 'p'), std::string("\0é", 3)}) {
    const auto encrypted = encrypt_password(Secret(password), key);
    ASSERT_TRUE(encrypted);
    const auto again = decrypt_password(*encrypted, key);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->reveal(), password);
  }
  EXPECT_FALSE(encrypt_password(Secret("x"), folder_.path() + "/none"));
}

TEST_F(EncryptedPassword, AKeyFileIsForItsOwnerOnlyAndIsNeverReplaced) {
  const std::string path = folder_.path() + "/made";
  const std::string key("0123456789abcde\0", 16);
  ASSERT_TRUE(write_key_file(path, as_bytes(key)));
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(read_all(path), key);
  const auto again = write_key_file(path, as_bytes(std::string(16, 'x')));
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().text.find(path), std::string::npos);
  EXPECT_EQ(read_all(path), key);
  EXPECT_FALSE(write_key_file(folder_.path() + "/no/folder", as_bytes(key)));
}

/// What cannot be written whole leaves no file that looks like a key.
TEST_F(EncryptedPassword, HalfAKeyFileIsNone) {
  const std::string path = folder_.path() + "/made";
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  rlimit small = before;
  small.rlim_cur = 8;
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto written = write_key_file(path, as_bytes(std::string(16, 'x')));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_FALSE(written);
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

}  // namespace
}  // namespace turnpike::credentials
