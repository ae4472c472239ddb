#include "credentials/store/sql_statements.h"

#include <gtest/gtest.h>

namespace turnpike::credentials {
namespace {

const SqlColumns kNoColumns;

SqlWriter writer(SqlDialect dialect, Table table, const SqlColumns& found = kNoColumns) {
  return {dialect, shape_of(table), found};
}

constexpr SqlDialect kDialects[] = {SqlDialect::kSqlite, SqlDialect::kPostgresql,
                                    SqlDialect::kMysql};

TEST(SqlStatements, NoValueIsEverPartOfTheText) {
  const std::string evil = "x'; DROP TABLE turnusers_lt; --";
  for (const SqlDialect dialect : kDialects) {
    const SqlWriter users = writer(dialect, Table::kUser);
    for (const SqlStatement& statement :
         {users.insert({evil, evil, evil}), users.update({evil, evil, evil}),
          users.erase({{0, evil}, {2, evil}}), users.select({{1, evil}}, 7)}) {
      EXPECT_EQ(statement.text.find("DROP"), std::string::npos) << statement.text;
      EXPECT_FALSE(statement.values.empty());
    }
  }
}

TEST(SqlStatements, APlaceholderForEveryValue) {
  const SqlColumns latin = {{"realm", "latin1"}, {"name", "latin1"}, {"hmackey", "latin1"}};
  for (const SqlStatement& statement :
       {writer(SqlDialect::kMysql, Table::kUser, latin).update({"r", "n", "k"}),
        writer(SqlDialect::kMysql, Table::kUser, latin).select({{0, "r"}, {1, ""}}, 1),
        writer(SqlDialect::kSqlite, Table::kSecret).update({"r", "v"})}) {
    EXPECT_EQ(
        static_cast<std::size_t>(std::count(statement.text.begin(), statement.text.end(), '?')),
        statement.values.size())
        << statement.text;
  }
}

TEST(SqlStatements, QuotesTheColumnsThatAreWords) {
  for (const SqlDialect dialect : kDialects) {
    const auto insert = writer(dialect, Table::kOauthKey).insert({"k", "i", "1", "2", "a", "r"});
    EXPECT_NE(insert.text.find("\"timestamp\""), std::string::npos) << insert.text;
  }
}

TEST(SqlStatements, ReplacesByTheKey) {
  EXPECT_EQ(writer(SqlDialect::kPostgresql, Table::kOrigin).insert({"o", "r"}).text,
            "INSERT INTO turn_origin_to_realm (\"origin\", \"realm\") VALUES ($1, $2) ON CONFLICT "
            "(\"origin\") DO UPDATE SET \"realm\" = EXCLUDED.\"realm\"");
  EXPECT_EQ(writer(SqlDialect::kSqlite, Table::kSecret).insert({"r", "v"}).text,
            "INSERT INTO turn_secret (\"realm\", \"value\") VALUES (?, ?) ON CONFLICT (\"realm\", "
            "\"value\") DO NOTHING");
}

TEST(SqlStatements, MysqlComparesBytesAndUsesTheIndex) {
  const SqlColumns columns = {{"origin", "utf8mb4"}, {"realm", "a) OR (1=1"}};
  EXPECT_EQ(writer(SqlDialect::kMysql, Table::kOrigin, columns).erase({{0, "o"}}).text,
            "DELETE FROM turn_origin_to_realm WHERE BINARY \"origin\" = ? AND \"origin\" = "
            "CONVERT(? USING utf8mb4)");
  const auto odd = writer(SqlDialect::kMysql, Table::kOrigin, columns).erase({{1, "r"}});
  EXPECT_EQ(odd.text.find("1=1"), std::string::npos) << odd.text;
}

TEST(SqlStatements, OurTextsAreBytesInMysqlAndCoturnsAreText) {
  const std::string ours = writer(SqlDialect::kMysql, Table::kRevocation).create();
  EXPECT_NE(ours.find("\"value\" varbinary(512)"), std::string::npos) << ours;
  EXPECT_NE(ours.find("\"until_s\" bigint"), std::string::npos) << ours;
  const std::string coturns = writer(SqlDialect::kMysql, Table::kUser).create();
  EXPECT_NE(coturns.find("\"name\" varchar(512)"), std::string::npos) << coturns;
  EXPECT_NE(coturns.find("PRIMARY KEY (\"realm\", \"name\")"), std::string::npos) << coturns;
}

}  // namespace
}  // namespace turnpike::credentials
