// Where each table lives in Redis: Coturn's key layout for Coturn's tables, `turnpike/…` for ours.
// Rows to keys and keys to rows; speaks to no server.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "credentials/store/store.h"

namespace turnpike::credentials {

/// What stands under a key: the row's one value, the last key column of many rows, or a field for
/// each value column by its name.
enum class RedisShape : std::uint8_t { kString, kSet, kHash };

RedisShape redis_shape(Table table);

/// How many of a row's first columns are in the key; the last key column of a set is a member.
std::size_t columns_in_key(Table table);

/// The key to write for these columns. kBadRow: the layout has no place for them, which is so for
/// an unknown realm option, and for a realm that holds "/user/" where a user's key is asked for.
StoreResult<std::string> redis_key(Table table, const Row& columns);

/// Every key that can hold this row, the first one wins: a user's may be spelled in other ways, and
/// `…/password` holds the password itself.
std::vector<std::string> redis_aliases(Table table, const Row& columns);

/// A pattern for SCAN that finds at least the keys with these conditions; texts are escaped.
std::string scan_pattern(Table table, const Match& match);

/// The columns in a key that SCAN found; nothing when it is some other key. Names with slashes come
/// back whole: a key is read from both of its ends.
std::optional<Row> parse_redis_key(Table table, std::string_view key);

/// A user's `…/password`, from which the key must be computed.
bool is_password_key(std::string_view key);

}  // namespace turnpike::credentials
