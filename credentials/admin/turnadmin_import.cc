#include "credentials/admin/turnadmin_import.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "credentials/admin/turnadmin_database.h"
#include "credentials/store/early_users.h"
#include "http/core/json.h"

namespace turnpike::admin {
namespace {

using credentials::Match;
using credentials::Row;
using credentials::StoreKind;
using credentials::Table;
using credentials::TableShape;

std::optional<std::size_t> realm_column(const TableShape& shape) {
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    if (shape.columns[i].name == "realm") return i;
  }
  return std::nullopt;
}

/// The users of a SQLite file from before there were realms; nothing for any other store.
Result<std::optional<std::vector<Row>>, std::string> early_rows(
    const credentials::StoreSettings& from, std::string_view realm) {
  if (from.kind != StoreKind::kSqlite) return std::optional<std::vector<Row>>();
  auto rows = credentials::read_early_users(std::string(from.connection.reveal()), realm);
  if (!rows) return fail(rows.error().text);
  if (*rows && realm.empty()) {
    return fail(std::string("the users of this SQLite file have no realm, name theirs with -r"));
  }
  return *std::move(rows);
}

}  // namespace

Result<std::string, std::string> import_rows(const Line& line) {
  const auto from_settings = parse_database(line.value(Option::kFrom), true);
  if (!from_settings) return fail("--from: " + from_settings.error());
  const auto to_settings = parse_database(line.value(Option::kTo), false);
  if (!to_settings) return fail("--to: " + to_settings.error());
  const std::string_view realm = line.value(Option::kRealm);
  const auto early = early_rows(*from_settings, realm);
  if (!early) return fail(early.error());
  const auto from = credentials::open_store(*from_settings);
  if (!from) return fail("--from: " + from.error().text);
  const auto to = credentials::open_store(*to_settings);
  if (!to) return fail("--to: " + to.error().text);
  std::string text;
  boost::json::object counts;
  for (const TableShape& shape : credentials::tables()) {
    Match match;
    if (!realm.empty()) {
      const auto column = realm_column(shape);
      if (!column) continue;
      match.emplace_back(*column, realm);
    }
    const bool is_early = *early && shape.id == Table::kUser;
    // An early file holds users only.
    if (*early && !is_early) continue;
    auto rows = is_early ? credentials::StoreResult<std::vector<Row>>(**early)
                         : (*from)->select(shape.id, match);
    if (!rows) return fail("--from: " + rows.error().text);
    const std::size_t read = rows->size();
    const auto present = (*to)->select(shape.id, match);
    if (!present) return fail("--to: " + present.error().text);
    const std::set<Row> known(present->begin(), present->end());
    std::erase_if(*rows, [&](const Row& row) { return known.contains(row); });
    if (!rows->empty()) {
      const auto put = (*to)->put(shape.id, *rows);
      if (!put) return fail("--to: " + put.error().text);
    }
    counts[shape.name] = boost::json::object{{"read", read}, {"written", rows->size()}};
    text.append(shape.name).append(": ").append(std::to_string(read));
    text.append(" read, ").append(std::to_string(rows->size())).append(" written\n");
  }
  return line.has(Option::kJson) ? http::to_json(counts) + "\n" : text;
}

}  // namespace turnpike::admin
