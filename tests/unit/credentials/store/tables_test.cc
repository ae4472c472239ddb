#include "credentials/store/tables.h"

#include <gtest/gtest.h>

#include <string>

namespace turnpike::credentials {
namespace {

TEST(Tables, AreFoundByTheirIdAndName) {
  for (const TableShape& shape : tables()) {
    EXPECT_EQ(&shape_of(shape.id), &shape);
    EXPECT_EQ(find_table(shape.name), shape.id);
  }
  EXPECT_EQ(find_table("turnusers"), std::nullopt);
}

TEST(Tables, KeyColumnsComeFirst) {
  for (const TableShape& shape : tables()) {
    ASSERT_GT(shape.key_columns, 0U) << shape.name;
    for (std::size_t i = 0; i < shape.columns.size(); ++i) {
      EXPECT_EQ(shape.columns[i].role == ColumnRole::kKey, i < shape.key_columns)
          << shape.name << "." << shape.columns[i].name;
    }
  }
}

TEST(Tables, WhatIsWrittenForEachCredentialIsNotWatched) {
  EXPECT_FALSE(shape_of(Table::kCredential).watched);
  EXPECT_TRUE(shape_of(Table::kRevocation).watched);
  EXPECT_TRUE(shape_of(Table::kUser).watched);
}

// turndb/schema.sql of Coturn.
TEST(Tables, HaveCoturnsNames) {
  std::string text;
  for (const TableShape& shape : tables()) {
    if (shape.owner != TableOwner::kCoturn) continue;
    text += std::string(shape.name) + ":";
    for (const ColumnShape& column : shape.columns) text += " " + std::string(column.name);
    text += "\n";
  }
  EXPECT_EQ(text,
            "turnusers_lt: realm name hmackey\n"
            "turn_secret: realm value\n"
            "allowed_peer_ip: realm ip_range\n"
            "denied_peer_ip: realm ip_range\n"
            "turn_origin_to_realm: origin realm\n"
            "turn_realm_option: realm opt value\n"
            "oauth_key: kid ikm_key timestamp lifetime as_rs_alg realm\n"
            "admin_user: name realm password\n");
}

}  // namespace
}  // namespace turnpike::credentials
