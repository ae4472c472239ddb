#include "credentials/store/mongo_documents.h"

#include <fmt/format.h>

#include <charconv>

namespace turnpike::credentials {
namespace {

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<std::string> text_of(const bson_iter_t& at) {
  if (BSON_ITER_HOLDS_UTF8(&at)) {
    std::uint32_t size = 0;
    const char* text = bson_iter_utf8(&at, &size);
    return std::string(text, size);
  }
  if (BSON_ITER_HOLDS_INT32(&at) || BSON_ITER_HOLDS_INT64(&at) || BSON_ITER_HOLDS_DOUBLE(&at)) {
    return fmt::format("{}", bson_iter_as_int64(&at));  // the shell writes numbers as doubles
  }
  if (BSON_ITER_HOLDS_NULL(&at)) return std::string();
  return std::nullopt;
}

StoreError bad_field(Table table, std::string_view name) {
  return {StoreFailure::kBadData,
          fmt::format("mongodb: collection {}: field {} is neither text nor number",
                      collection_of(table), name)};
}

/// The array or the document of options of a realm's table.
std::string_view part_of(Table table) {
  if (table == Table::kAllowedPeer) return "allowed_peer_ip";
  if (table == Table::kDeniedPeer) return "denied_peer_ip";
  if (table == Table::kOrigin) return "origin";
  return "options";
}

Row entry_row(Table table, const std::string& realm, std::string_view key, std::string text) {
  if (table == Table::kOrigin) return {std::move(text), realm};
  if (table == Table::kRealmOption) return {realm, std::string(key), std::move(text)};
  return {realm, std::move(text)};
}

StoreResult<std::vector<Row>> flat_row(Table table, const bson_t* document) {
  Row row;
  for (const ColumnShape& column : shape_of(table).columns) {
    bson_iter_t at;
    if (!bson_iter_init_find(&at, document, std::string(column.name).c_str())) {
      row.emplace_back(column.kind == ColumnKind::kNumber ? "0" : "");
      continue;
    }
    auto text = text_of(at);
    if (!text) return fail(bad_field(table, column.name));
    row.push_back(std::move(*text));
  }
  return std::vector<Row>{std::move(row)};
}

}  // namespace

void Document::add(std::string_view name, std::string_view text) {
  bson_append_utf8(&bson_, name.data(), static_cast<int>(name.size()), text.data(),
                   static_cast<int>(text.size()));
}

void Document::add(std::string_view name, std::int64_t value) {
  bson_append_int64(&bson_, name.data(), static_cast<int>(name.size()), value);
}

void Document::add(std::string_view name, const Document& inner) {
  bson_append_document(&bson_, name.data(), static_cast<int>(name.size()), inner.get());
}

bool lives_in_realm(Table table) {
  return table == Table::kAllowedPeer || table == Table::kDeniedPeer || table == Table::kOrigin ||
         table == Table::kRealmOption;
}

std::string_view collection_of(Table table) {
  return lives_in_realm(table) ? "realm" : shape_of(table).name;
}

void add_column(Document& to, const ColumnShape& column, const std::string& text) {
  if (column.kind == ColumnKind::kNumber) {
    to.add(column.name, number(text));
  } else {
    to.add(column.name, std::string_view(text));
  }
}

void add_filter(Document& to, Table table, const Match& match) {
  for (const auto& [index, text] : match) {
    const ColumnShape& column = shape_of(table).columns[index];
    if (!lives_in_realm(table) || column.name == "realm") add_column(to, column, text);
  }
}

StoreResult<std::vector<Row>> rows_of(Table table, const bson_t* document) {
  if (!lives_in_realm(table)) return flat_row(table, document);
  std::vector<Row> rows;
  std::string realm;
  bson_iter_t at;
  if (bson_iter_init_find(&at, document, "realm")) realm = text_of(at).value_or("");
  const std::string part(part_of(table));
  if (!bson_iter_init_find(&at, document, part.c_str()) || BSON_ITER_HOLDS_NULL(&at)) return rows;
  bson_iter_t entry;
  if (!bson_iter_recurse(&at, &entry)) return fail(bad_field(table, part));
  while (bson_iter_next(&entry)) {
    auto text = text_of(entry);
    if (!text) return fail(bad_field(table, part));
    rows.push_back(entry_row(table, realm, bson_iter_key(&entry), std::move(*text)));
  }
  return rows;
}

std::string realm_field(Table table, const Row& row) {
  if (table != Table::kRealmOption) return std::string(part_of(table));
  return fmt::format("options.{}", row[1]);
}

RealmEntry realm_entry(Table table, const Row& row) {
  if (table == Table::kOrigin) return {row[1], row[0]};
  return {row[0], row.back()};
}

}  // namespace turnpike::credentials
