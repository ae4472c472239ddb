#include "credentials/store/sql_statements.h"

#include <gtest/gtest.h>

namespace turnpike::credentials {
namespace {

const TableShape& users() {
  return shape_of(Table::kUser);
}

TEST(SqlStatements, ValuesAreParameters) {
  const SqlStatement put = put_row(SqlKind::kSqlite, users(), {"r", "n' OR 1", "k"});
  EXPECT_EQ(put.text,
            R"(REPLACE INTO "turnusers_lt" ("realm", "name", "hmackey") VALUES (?, ?, ?))");
  EXPECT_EQ(put.values, (std::vector<std::string>{"r", "n' OR 1", "k"}));
  const SqlStatement gone = erase_rows(SqlKind::kSqlite, users(), {{1, "x"}, {0, "y"}});
  EXPECT_EQ(gone.text, R"(DELETE FROM "turnusers_lt" WHERE "name" = ? AND "realm" = ?)");
  EXPECT_EQ(gone.values, (std::vector<std::string>{"x", "y"}));
}

TEST(SqlStatements, PostgresqlNumbersItsParametersAndUpdatesOnConflict) {
  EXPECT_EQ(put_row(SqlKind::kPostgresql, users(), {"r", "n", "k"}).text,
            R"(INSERT INTO "turnusers_lt" ("realm", "name", "hmackey") VALUES ($1, $2, $3))"
            R"( ON CONFLICT ("realm", "name") DO UPDATE SET "hmackey" = EXCLUDED."hmackey")");
  EXPECT_EQ(put_row(SqlKind::kPostgresql, shape_of(Table::kSecret), {"r", "s"}).text,
            R"(INSERT INTO "turn_secret" ("realm", "value") VALUES ($1, $2))"
            R"( ON CONFLICT ("realm", "value") DO NOTHING)");
}

TEST(SqlStatements, MysqlComparesBytes) {
  const SqlStatement select = select_rows(SqlKind::kMysql, users(), {{0, "r"}}, 7);
  EXPECT_EQ(select.text,
            "SELECT `realm`, `name`, `hmackey` FROM `turnusers_lt` WHERE `realm` = ? AND BINARY "
            "`realm` = BINARY ? ORDER BY BINARY `realm`, BINARY `name` LIMIT 7");
  EXPECT_EQ(select.values, (std::vector<std::string>{"r", "r"}));
}

TEST(SqlStatements, OldRowsGoByTheirNumber) {
  const SqlStatement gone =
      erase_below(SqlKind::kPostgresql, shape_of(Table::kRevocation), 2, 1767225600);
  EXPECT_EQ(gone.text, R"(DELETE FROM "turnpike_revocation" WHERE "until_s" < $1)");
  EXPECT_EQ(gone.values, (std::vector<std::string>{"1767225600"}));
}

TEST(SqlStatements, TablesAreMadeAsInCoturnsSchema) {
  EXPECT_EQ(create_table(SqlKind::kSqlite, users()),
            R"(CREATE TABLE IF NOT EXISTS "turnusers_lt" ("realm" varchar(127) NOT NULL DEFAULT '')"
            R"(, "name" varchar(512) NOT NULL DEFAULT '', "hmackey" varchar(128), )"
            R"(PRIMARY KEY ("realm", "name")))");
}

TEST(SqlStatements, FeedsDoNotTellOfEveryCredential) {
  EXPECT_TRUE(is_watched(users()));
  EXPECT_TRUE(is_watched(shape_of(Table::kRevocation)));
  EXPECT_FALSE(is_watched(shape_of(Table::kCredential)));
}

}  // namespace
}  // namespace turnpike::credentials
