#include "credentials/store/mysql_settings.h"

#include <gtest/gtest.h>

#include "tests/support/throwaway_server.h"

namespace turnpike::credentials {
namespace {

MysqlSettings parsed(const std::string& text) {
  auto settings = parse_mysql_settings(Secret(text), "");
  if (settings) return std::move(*settings);
  ADD_FAILURE() << settings.error().text;
  return {};
}

std::string error_of(const std::string& text) {
  const auto settings = parse_mysql_settings(Secret(text), "");
  return settings ? "accepted" : settings.error().text;
}

TEST(MysqlSettings, ReadsEveryKey) {
  const MysqlSettings all = parsed(
      "host=db.example.org dbname=coturn  user=turn password=pa=ss port=3307 connect_timeout=7 "
      "read_timeout=8 ca=/a capath=/b cert=/c key=/d cipher=AES256-SHA unix_socket=/s ");
  EXPECT_EQ(all.host, "db.example.org");
  EXPECT_EQ(all.database, "coturn");
  EXPECT_EQ(all.user, "turn");
  EXPECT_EQ(all.password.reveal(), "pa=ss");
  EXPECT_EQ(all.port, 3307);
  EXPECT_EQ(all.connect_timeout_s, 7U);
  EXPECT_EQ(all.read_timeout_s, 8U);
  EXPECT_EQ(all.ca, "/a");
  EXPECT_EQ(all.capath, "/b");
  EXPECT_EQ(all.cert, "/c");
  EXPECT_EQ(all.key, "/d");
  EXPECT_EQ(all.cipher, "AES256-SHA");
  EXPECT_EQ(all.socket, "/s");
}

TEST(MysqlSettings, ReadsCoturnsOtherSpellings) {
  const MysqlSettings one = parsed("ip=1.2.3.4 db=a uname=u pwd=w p=1 timeout=2 ssl-key=k");
  EXPECT_EQ(one.host, "1.2.3.4");
  EXPECT_EQ(one.database, "a");
  EXPECT_EQ(one.user, "u");
  EXPECT_EQ(one.password.reveal(), "w");
  EXPECT_EQ(one.port, 1);
  EXPECT_EQ(one.connect_timeout_s, 2U);
  EXPECT_EQ(one.key, "k");
  EXPECT_EQ(parsed("hostaddr=::1 database=b username=v secret=x ssl-ca=y").host, "::1");
}

TEST(MysqlSettings, SaysWhatIsWrongAndShowsNoValue) {
  EXPECT_NE(error_of("host=h user=u").find("dbname"), std::string::npos);
  EXPECT_NE(error_of("dbname=a port=70000").find("port"), std::string::npos);
  EXPECT_NE(error_of("dbname=a read_timeout=x").find("read_timeout"), std::string::npos);
  for (const char* text : {"dbname=a password=my s3cret", "dbname=a s3cret=1", "s3cret"}) {
    EXPECT_EQ(error_of(text).find("s3cret"), std::string::npos) << error_of(text);
    EXPECT_NE(error_of(text), "accepted");
  }
}

TEST(MysqlSettings, DecryptsThePasswordWhereThereIsAKeyFile) {
  const test::TemporaryFolder folder;
  const std::string key = folder.path() + "/key";
  test::write_file(key, "3S8XnLX4cl3HP6Zn");
  const auto settings = parse_mysql_settings(Secret("dbname=a password=+ECU6FJlvc8a"), key);
  ASSERT_TRUE(settings) << settings.error().text;
  EXPECT_EQ(settings->password.reveal(), "s3cr3t-my");
  EXPECT_FALSE(parse_mysql_settings(Secret("dbname=a password=plain"), key));
}

}  // namespace
}  // namespace turnpike::credentials
