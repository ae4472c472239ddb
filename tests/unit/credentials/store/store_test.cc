#include "credentials/store/store.h"

#include <gtest/gtest.h>

namespace turnpike::credentials {
namespace {

TEST(CheckRow, TakesWhatFits) {
  EXPECT_TRUE(check_row(Table::kUser, {"r", std::string(512, 'n'), ""}));
  EXPECT_TRUE(check_row(Table::kRevocation, {"user", "v", "-1", "9223372036854775807", ""}));
}

TEST(CheckRow, SaysWhichColumnDoesNotFit) {
  EXPECT_EQ(check_row(Table::kUser, {"r", std::string(513, 'n'), ""}).error().text,
            "turnusers_lt.name: 513 bytes are too long, 512 are the most");
  EXPECT_EQ(check_row(Table::kUser, {"r"}).error().text, "turnusers_lt: 1 values for 3 columns");
  EXPECT_EQ(check_row(Table::kRevocation, {"user", "v", "1x", "1", ""}).error().text,
            "turnpike_revocation.until_s: not a number");
  EXPECT_EQ(check_row(Table::kUser, {std::string(1, '\0'), "n", ""}).error().text,
            "turnusers_lt.realm: a NUL byte is in it");
}

}  // namespace
}  // namespace turnpike::credentials
