#include "credentials/store/store.h"

#include <fmt/format.h>

#include <charconv>

namespace turnpike::credentials {
namespace {

bool is_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

tl::unexpected<StoreError> bad_row(std::string text) {
  return fail(StoreError{StoreFailure::kBadRow, std::move(text)});
}

}  // namespace

StoreResult<void> check_row(Table table, const Row& row) {
  const TableShape& shape = shape_of(table);
  if (row.size() != shape.columns.size()) {
    return bad_row(
        fmt::format("{}: {} values for {} columns", shape.name, row.size(), shape.columns.size()));
  }
  for (std::size_t i = 0; i < row.size(); ++i) {
    const ColumnShape& column = shape.columns[i];
    if (row[i].size() > column.max_bytes) {
      return bad_row(fmt::format("{}.{}: {} bytes are too long, {} are the most", shape.name,
                                 column.name, row[i].size(), column.max_bytes));
    }
    if (row[i].find('\0') != std::string::npos) {
      return bad_row(fmt::format("{}.{}: a NUL byte is in it", shape.name, column.name));
    }
    if (column.kind == ColumnKind::kNumber && !is_number(row[i])) {
      return bad_row(fmt::format("{}.{}: not a number", shape.name, column.name));
    }
  }
  return {};
}

}  // namespace turnpike::credentials
