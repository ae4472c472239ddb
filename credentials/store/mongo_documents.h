// Rows as MongoDB documents and back, without a server: a document of its own for a flat table, an
// entry of the realm's document for the others.
#pragma once

#include <bson/bson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "credentials/store/store.h"

namespace turnpike::credentials {

/// Owns a bson_t.
class Document {
 public:
  Document() { bson_init(&bson_); }
  ~Document() { bson_destroy(&bson_); }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  bson_t* get() { return &bson_; }
  const bson_t* get() const { return &bson_; }
  void add(std::string_view name, std::string_view text);
  void add(std::string_view name, std::int64_t number);
  void add(std::string_view name, const Document& inner);

 private:
  bson_t bson_;
};

/// In the realm's document: false for the tables with documents of their own.
bool lives_in_realm(Table table);

/// The collection of the table.
std::string_view collection_of(Table table);

/// The column's value as its kind says.
void add_column(Document& to, const ColumnShape& column, const std::string& text);

/// For find and delete: all conditions, which for a realm's table is the realm alone.
void add_filter(Document& to, Table table, const Match& match);

/// The rows in one document; fields of an unknown type are kBadData.
StoreResult<std::vector<Row>> rows_of(Table table, const bson_t* document);

/// The name of the array or option in the realm's document, such as "options.max-bps".
std::string realm_field(Table table, const Row& row);

/// Where the entry of a realm's table is: its realm, and its text in the array.
struct RealmEntry {
  std::string realm;
  std::string text;
};
RealmEntry realm_entry(Table table, const Row& row);

}  // namespace turnpike::credentials
