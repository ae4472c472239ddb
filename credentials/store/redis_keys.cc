#include "credentials/store/redis_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace turnpike::credentials {
namespace {

constexpr std::string_view kRealmPrefix = "turn/realm/";
constexpr std::string_view kPlainUserPrefix = "turn/user/";
constexpr std::string_view kUserPart = "/user/";
constexpr std::string_view kKeyEnd = "/key";
constexpr std::string_view kPasswordEnd = "/password";
constexpr auto kOptions = std::to_array<std::string_view>({"max-bps", "total-quota", "user-quota"});

/// What stands before the columns of a key, and behind them for the sets of a realm.
struct Frame {
  std::string_view prefix;
  std::string_view suffix;
};

Frame frame_of(Table table) {
  switch (table) {
    case Table::kUser:
    case Table::kRealmOption:
      return {kRealmPrefix, ""};
    case Table::kSecret:
      return {kRealmPrefix, "/secret"};
    case Table::kAllowedPeer:
      return {kRealmPrefix, "/allowed-peer-ip"};
    case Table::kDeniedPeer:
      return {kRealmPrefix, "/denied-peer-ip"};
    case Table::kOrigin:
      return {"turn/origin/", ""};
    case Table::kOauthKey:
      return {"turn/oauth/kid/", ""};
    case Table::kAdmin:
      return {"turn/admin_user/", ""};
    case Table::kRevocation:
      return {"turnpike/revocation/", ""};
    case Table::kCredential:
      return {"turnpike/credential/", ""};
    case Table::kApiKey:
      return {"turnpike/api_key/", ""};
  }
  return {};
}

std::string escape_glob(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("*?[]\\^-").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::optional<std::string_view> between(std::string_view text, Frame frame) {
  if (text.size() < frame.prefix.size() + frame.suffix.size()) return std::nullopt;
  if (!text.starts_with(frame.prefix) || !text.ends_with(frame.suffix)) return std::nullopt;
  text.remove_prefix(frame.prefix.size());
  text.remove_suffix(frame.suffix.size());
  return text;
}

std::string user_key(std::string_view realm, std::string_view name, std::string_view end) {
  if (realm.empty()) return fmt::format("{}{}{}", kPlainUserPrefix, name, end);
  return fmt::format("{}{}{}{}{}", kRealmPrefix, realm, kUserPart, name, end);
}

std::optional<Row> parse_user_key(std::string_view key) {
  const std::string_view end = is_password_key(key) ? kPasswordEnd : kKeyEnd;
  if (const auto name = between(key, {kPlainUserPrefix, end})) return Row{"", std::string(*name)};
  if (!key.starts_with(kRealmPrefix) || !key.ends_with(end)) return std::nullopt;
  // From the slash before the realm, so that an empty realm has its "/user/" too.
  key.remove_suffix(end.size());
  const std::size_t at = key.find(kUserPart, kRealmPrefix.size() - 1);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view realm =
      at < kRealmPrefix.size() ? std::string_view() : key.substr(0, at).substr(kRealmPrefix.size());
  return Row{std::string(realm), std::string(key.substr(at + kUserPart.size()))};
}

std::optional<Row> split(std::string_view text, std::size_t slash) {
  if (slash == std::string_view::npos) return std::nullopt;
  return Row{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

const std::string* value_of(const Match& match, std::size_t column) {
  const auto found = std::find_if(match.begin(), match.end(),
                                  [column](const auto& one) { return one.first == column; });
  return found == match.end() ? nullptr : &found->second;
}

std::string glob_of(const Match& match, std::size_t column) {
  const std::string* value = value_of(match, column);
  return value == nullptr ? "*" : escape_glob(*value);
}

StoreError no_place(std::string text) {
  return {StoreFailure::kBadRow, "redis: " + std::move(text)};
}

}  // namespace

RedisShape redis_shape(Table table) {
  switch (table) {
    case Table::kUser:
    case Table::kOrigin:
    case Table::kRealmOption:
      return RedisShape::kString;
    case Table::kSecret:
    case Table::kAllowedPeer:
    case Table::kDeniedPeer:
      return RedisShape::kSet;
    case Table::kOauthKey:
    case Table::kAdmin:
    case Table::kRevocation:
    case Table::kCredential:
    case Table::kApiKey:
      return RedisShape::kHash;
  }
  return RedisShape::kString;
}

std::size_t columns_in_key(Table table) {
  return redis_shape(table) == RedisShape::kSet ? 1 : shape_of(table).key_columns;
}

bool is_password_key(std::string_view key) {
  return key.ends_with(kPasswordEnd);
}

StoreResult<std::string> redis_key(Table table, const Row& columns) {
  const Frame frame = frame_of(table);
  if (table == Table::kUser) {
    if ((columns[0] + "/").find(kUserPart) != std::string::npos) {
      return fail(
          no_place(fmt::format("realm '{}' holds \"/user\", which Coturn's keys cannot "
                               "keep apart; choose another realm",
                               columns[0])));
    }
    return user_key(columns[0], columns[1], kKeyEnd);
  }
  if (table == Table::kRealmOption) {
    if (std::find(kOptions.begin(), kOptions.end(), columns[1]) == kOptions.end()) {
      return fail(no_place(fmt::format(
          "'{}' is no realm option; use max-bps, total-quota or user-quota", columns[1])));
    }
    return fmt::format("{}{}/{}", frame.prefix, columns[0], columns[1]);
  }
  if (table == Table::kRevocation) {
    if (columns[0].find('/') != std::string::npos) {
      return fail(no_place(fmt::format("'{}' is no kind of revocation", columns[0])));
    }
    return fmt::format("{}{}/{}", frame.prefix, columns[0], columns[1]);
  }
  return fmt::format("{}{}{}", frame.prefix, columns[0], frame.suffix);
}

std::vector<std::string> redis_aliases(Table table, const Row& columns) {
  const auto key = redis_key(table, columns);
  if (!key) return {};
  if (table != Table::kUser) return {*key};
  std::vector<std::string> keys = {*key, user_key(columns[0], columns[1], kPasswordEnd)};
  if (columns[0].empty()) {  // Coturn's formatting of an empty realm
    keys.push_back(fmt::format("{}/user/{}{}", kRealmPrefix, columns[1], kKeyEnd));
    keys.push_back(fmt::format("{}/user/{}{}", kRealmPrefix, columns[1], kPasswordEnd));
  }
  return keys;
}

std::string scan_pattern(Table table, const Match& match) {
  const Frame frame = frame_of(table);
  const std::string first = glob_of(match, 0);
  if (table == Table::kUser) {  // …/key and …/password, also without a realm
    const std::string name = glob_of(match, 1);
    const bool any = value_of(match, 0) == nullptr || value_of(match, 0)->empty();
    if (any) return fmt::format("turn/*user/{}/[kp][ea][ys]*", name);
    return fmt::format("{}{}{}{}/[kp][ea][ys]*", frame.prefix, first, kUserPart, name);
  }
  if (table == Table::kRealmOption) {
    return fmt::format("{}{}/*-[bq][pu][so]*", frame.prefix, first);
  }
  if (table == Table::kRevocation) {
    return fmt::format("{}{}/{}", frame.prefix, first, glob_of(match, 1));
  }
  return fmt::format("{}{}{}", frame.prefix, first, frame.suffix);
}

std::optional<Row> parse_redis_key(Table table, std::string_view key) {
  if (table == Table::kUser) return parse_user_key(key);
  const auto inner = between(key, frame_of(table));
  if (!inner) return std::nullopt;
  if (table == Table::kRevocation) return split(*inner, inner->find('/'));
  if (table != Table::kRealmOption) return Row{std::string(*inner)};
  auto columns = split(*inner, inner->rfind('/'));
  if (!columns || !redis_key(table, *columns)) return std::nullopt;
  return columns;
}

}  // namespace turnpike::credentials
