// The tables of a store as data: names, columns, keys, rendered from tables.def. Holds no rows and
// speaks to no database.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace turnpike::credentials {

enum class Table : std::uint8_t {
#define TABLE(id, ...) id,
#define COLUMN(...)
#include "credentials/store/tables.def"
#undef TABLE
#undef COLUMN
};

/// Whose schema the table is: Coturn's is never altered, ours is created.
enum class TableOwner : std::uint8_t { kCoturn, kOurs };
/// Whether a ChangeFeed tells of the table's changes.
enum class Watch : std::uint8_t { kWatched, kUnwatched };
enum class ColumnRole : std::uint8_t { kKey, kValue };
enum class ColumnKind : std::uint8_t { kText, kNumber };

struct ColumnShape {
  Table table{};
  std::string_view name;
  ColumnRole role{};
  ColumnKind kind{};
  std::size_t max_bytes = 0;  // of the value as text
};

struct TableShape {
  Table id{};
  std::string_view name;
  TableOwner owner{};
  bool watched = false;
  std::span<const ColumnShape> columns;  // key columns first
  std::size_t key_columns = 0;
};

/// In the order of tables.def, so that `tables()[i].id` is `Table(i)`.
std::span<const TableShape> tables();
const TableShape& shape_of(Table table);
std::optional<Table> find_table(std::string_view name);

}  // namespace turnpike::credentials
