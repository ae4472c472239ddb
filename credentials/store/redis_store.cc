#include "credentials/store/redis_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "base/base64.h"
#include "credentials/core/long_term_key.h"
#include "credentials/store/records.h"
#include "credentials/store/redis_connection.h"
#include "credentials/store/redis_feed.h"
#include "credentials/store/redis_keys.h"

namespace turnpike::credentials {
namespace {

constexpr std::size_t kKeysPerRead = 512;
constexpr const char* kKeysPerScan = "1000";
/// For relays whose clock runs behind the server's.
constexpr std::int64_t kExpiryMarginS = 60;
constexpr std::int64_t kMaxExpiryS = 253'402'300'799;  // the year 9999; Redis counts milliseconds

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::int64_t now_s() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::floor<seconds>(now).count();
}

bool fits(const Row& row, const Match& match) {
  return std::all_of(match.begin(), match.end(), [&row](const auto& condition) {
    return condition.first < row.size() && row[condition.first] == condition.second;
  });
}

/// The key columns if the match names all that are in the key.
std::optional<Row> whole_key(Table table, const Match& match) {
  Row columns;
  for (std::size_t i = 0; i < columns_in_key(table); ++i) {
    const auto found = std::find_if(match.begin(), match.end(),
                                    [i](const auto& condition) { return condition.first == i; });
    if (found == match.end()) return std::nullopt;
    columns.push_back(found->second);
  }
  return columns;
}

RedisCommand read_command(Table table, const std::string& key) {
  switch (redis_shape(table)) {
    case RedisShape::kString:
      return {"GET", key};
    case RedisShape::kSet:
      return {"SMEMBERS", key};
    case RedisShape::kHash:
      return {"HGETALL", key};
  }
  return {};
}

/// The value columns of a hash; a field that is not there is empty, or 0.
Row hash_values(Table table, const std::vector<RedisReply>& fields) {
  Row values;
  for (const ColumnShape& column : shape_of(table).columns) {
    if (column.role == ColumnRole::kKey) continue;
    std::string value = column.kind == ColumnKind::kNumber ? "0" : "";
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
      if (fields[i].text == column.name) value = fields[i + 1].text;
    }
    values.push_back(std::move(value));
  }
  return values;
}

std::optional<std::size_t> expiry_column(Table table) {
  if (table == Table::kRevocation) return kRevocationUntil;
  if (table == Table::kCredential) return kCredentialExpires;
  return std::nullopt;
}

void append_write(std::vector<RedisCommand>& commands, Table table, const std::string& key,
                  const Row& row) {
  const RedisShape shape = redis_shape(table);
  if (shape == RedisShape::kSet) {
    commands.push_back({"SADD", key, row.back()});
    return;
  }
  RedisCommand erase = {"DEL"};  // also a time of expiry, and a field that we do not know
  for (std::string& alias : redis_aliases(table, row)) erase.push_back(std::move(alias));
  commands.push_back(std::move(erase));
  if (shape == RedisShape::kString) {
    commands.push_back({"SET", key, row.back()});
    return;
  }
  RedisCommand set = {"HSET", key};
  for (std::size_t i = shape_of(table).key_columns; i < row.size(); ++i) {
    set.emplace_back(shape_of(table).columns[i].name);
    set.push_back(row[i]);
  }
  commands.push_back(std::move(set));
  const auto column = expiry_column(table);
  if (!column || number(row[*column]) <= now_s()) return;  // what has passed is kept till erased
  const std::int64_t at = std::min(number(row[*column]), kMaxExpiryS) + kExpiryMarginS;
  commands.push_back({"EXPIREAT", key, fmt::format("{}", at)});
}

class RedisStore final : public Store {
 public:
  RedisStore(RedisSettings settings, const Digests* digests)
      : connection_(std::move(settings)), digests_(digests) {}

  std::string_view name() const override { return "Redis"; }
  StoreResult<void> prepare() override {
    auto done = connection_.run(RedisCommand{"PING"});
    if (!done) return fail(done.error());
    return {};
  }

  StoreResult<void> put(Table table, std::span<const Row> rows) override {
    std::vector<RedisCommand> commands;
    for (const Row& row : rows) {
      if (auto checked = check_row(table, row); !checked) return checked;
      const auto key = redis_key(table, row);
      if (!key) return fail(key.error());
      append_write(commands, table, *key, row);
    }
    return change(table, std::move(commands));
  }

  StoreResult<std::uint64_t> erase(Table table, const Match& match) override {
    return erase_where(table, match, [](const Row&) { return true; });
  }

  StoreResult<std::uint64_t> erase_below(Table table, std::size_t column,
                                         std::int64_t bound) override {
    return erase_where(table, {}, [=](const Row& row) { return number(row[column]) < bound; });
  }

  StoreResult<std::vector<Row>> select(Table table, const Match& match,
                                       std::size_t limit) override {
    auto found = read(table, match);
    if (!found) return fail(found.error());
    std::vector<Row> rows;
    for (auto& [key, row] : *found) {
      if (rows.size() >= limit) break;
      rows.push_back(std::move(row));
    }
    return rows;
  }

  std::unique_ptr<ChangeFeed> changes() override { return open_redis_feed(connection_.settings()); }

 private:
  using Rows = std::map<Row, Row>;  // by their key columns

  /// All of the commands or none, and the others are told.
  StoreResult<void> change(Table table, std::vector<RedisCommand> commands) {
    if (commands.empty()) return {};
    commands.insert(commands.begin(), {"MULTI"});
    if (shape_of(table).watched) {
      commands.push_back(
          {"PUBLISH", std::string(kRedisChannel), std::string(shape_of(table).name)});
    }
    commands.push_back({"EXEC"});
    auto done = connection_.run(commands);
    if (!done) return fail(done.error());
    return {};
  }

  template <class Condition>
  StoreResult<std::uint64_t> erase_where(Table table, const Match& match, Condition condition) {
    auto found = read(table, match);
    if (!found) return fail(found.error());
    std::vector<RedisCommand> commands;
    for (const auto& [columns, row] : *found) {
      if (!condition(row)) continue;
      if (redis_shape(table) == RedisShape::kSet) {
        commands.push_back({"SREM", redis_aliases(table, row).front(), row.back()});
        continue;
      }
      RedisCommand gone = {"DEL"};
      for (std::string& key : redis_aliases(table, row)) gone.push_back(std::move(key));
      commands.push_back(std::move(gone));
    }
    const std::uint64_t count = commands.size();
    if (auto done = change(table, std::move(commands)); !done) return fail(done.error());
    return count;
  }

  /// SCAN may show a key twice.
  StoreResult<std::set<std::string>> scan(const std::string& pattern) {
    std::set<std::string> keys;
    std::string cursor = "0";
    do {
      auto reply = connection_.run({"SCAN", cursor, "MATCH", pattern, "COUNT", kKeysPerScan});
      if (!reply) return fail(reply.error());
      if (reply->items.size() != 2) {
        return fail(StoreError{StoreFailure::kBadData, "redis: SCAN: not an answer to it"});
      }
      cursor = reply->items[0].text;
      for (RedisReply& key : reply->items[1].items) keys.insert(std::move(key.text));
    } while (cursor != "0");
    return keys;
  }

  StoreResult<std::vector<std::string>> find_keys(Table table, const Match& match) {
    if (const auto columns = whole_key(table, match)) return redis_aliases(table, *columns);
    auto found = scan(scan_pattern(table, match));
    if (!found) return fail(found.error());
    std::vector<std::string> keys;
    for (const std::string& key : *found) {
      if (parse_redis_key(table, key)) keys.push_back(key);
    }
    // A key is better than a password from which one would have to be computed.
    std::stable_partition(keys.begin(), keys.end(),
                          [](const std::string& key) { return !is_password_key(key); });
    return keys;
  }

  StoreResult<Rows> read(Table table, const Match& match) {
    const auto keys = find_keys(table, match);
    if (!keys) return fail(keys.error());
    Rows rows;
    for (std::size_t first = 0; first < keys->size(); first += kKeysPerRead) {
      const auto some =
          std::span(*keys).subspan(first, std::min(kKeysPerRead, keys->size() - first));
      std::vector<RedisCommand> commands;
      for (const std::string& key : some) commands.push_back(read_command(table, key));
      auto replies = connection_.run(commands);
      if (!replies) return fail(replies.error());
      for (std::size_t i = 0; i < some.size(); ++i) {
        if (auto done = add_rows(table, match, some[i], (*replies)[i], rows); !done) {
          return fail(done.error());
        }
      }
    }
    return rows;
  }

  StoreResult<void> add_rows(Table table, const Match& match, const std::string& key,
                             const RedisReply& reply, Rows& rows) {
    const auto columns = parse_redis_key(table, key);
    if (!columns) return {};
    std::vector<Row> found;
    switch (redis_shape(table)) {
      case RedisShape::kString:
        if (reply.kind != RedisReply::Kind::kText) return {};  // gone since
        found.push_back({reply.text});
        if (table == Table::kUser && is_password_key(key)) {
          if (digests_ == nullptr) return {};
          found.back().front() = key_of(*columns, reply.text);
        }
        break;
      case RedisShape::kSet:
        for (const RedisReply& member : reply.items) found.push_back({member.text});
        break;
      case RedisShape::kHash:
        if (reply.items.empty()) return {};
        found.push_back(hash_values(table, reply.items));
        break;
    }
    for (Row& values : found) {
      Row row = *columns;
      row.insert(row.end(), values.begin(), values.end());
      if (auto checked = check_row(table, row); !checked) {
        return fail(StoreError{StoreFailure::kBadData,
                               fmt::format("redis: key {}: {}", key, checked.error().text)});
      }
      const auto keys = static_cast<std::ptrdiff_t>(shape_of(table).key_columns);
      if (fits(row, match)) rows.emplace(Row(row.begin(), row.begin() + keys), row);
    }
    return {};
  }

  std::string key_of(const Row& realm_and_name, std::string_view password) const {
    return hex_encode(long_term_key(*digests_, PasswordAlgorithm::kMd5, realm_and_name[1],
                                    realm_and_name[0], password)
                          .view());
  }

  RedisConnection connection_;
  const Digests* digests_;
};

}  // namespace

StoreResult<std::unique_ptr<Store>> open_redis_store(std::string_view connection,
                                                     milliseconds timeout, const Digests* digests) {
  auto settings = parse_redis_settings(connection, timeout);
  if (!settings) return fail(settings.error());
  return std::make_unique<RedisStore>(std::move(*settings), digests);
}

}  // namespace turnpike::credentials
