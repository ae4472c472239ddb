#include "credentials/store/encrypted_password.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace turnpike::credentials
