#include "credentials/store/tables.h"

#include <algorithm>
#include <array>

namespace turnpike::credentials {
namespace {

using enum ColumnKind;
using enum ColumnRole;
using enum TableOwner;
using enum Watch;

constexpr std::size_t kColumnCount = 0
#define TABLE(...)
#define COLUMN(...) +1
#include "credentials/store/tables.def"
#undef TABLE
#undef COLUMN
    ;
constexpr std::array<ColumnShape, kColumnCount> kColumns = {{
#define TABLE(...)
#define COLUMN(table, ...) {Table::table, __VA_ARGS__},
#include "credentials/store/tables.def"
#undef TABLE
#undef COLUMN
}};

constexpr std::size_t kTableCount = 0
#define TABLE(...) +1
#define COLUMN(...)
#include "credentials/store/tables.def"
#undef TABLE
#undef COLUMN
    ;

TableShape make_shape(Table id, std::string_view name, TableOwner owner, Watch watch) {
  const auto of_table = [id](const ColumnShape& c) { return c.table == id; };
  const auto first = std::find_if(kColumns.begin(), kColumns.end(), of_table);
  const auto last = std::find_if_not(first, kColumns.end(), of_table);
  const auto keys =
      std::count_if(first, last, [](const ColumnShape& c) { return c.role == ColumnRole::kKey; });
  return {id, name, owner, watch == Watch::kWatched, {first, last}, static_cast<std::size_t>(keys)};
}

}  // namespace

std::span<const TableShape> tables() {
  static const std::array<TableShape, kTableCount> shapes = {{
#define TABLE(id, ...) make_shape(Table::id, __VA_ARGS__),
#define COLUMN(...)
#include "credentials/store/tables.def"
#undef TABLE
#undef COLUMN
  }};
  return shapes;
}

const TableShape& shape_of(Table table) {
  return tables()[static_cast<std::size_t>(table)];
}

std::optional<Table> find_table(std::string_view name) {
  for (const TableShape& shape : tables()) {
    if (shape.name == name) return shape.id;
  }
  return std::nullopt;
}

}  // namespace turnpike::credentials
