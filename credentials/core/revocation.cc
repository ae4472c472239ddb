#include "credentials/core/revocation.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "credentials/core/timed_name.h"

namespace turnpike::credentials {
namespace {

constexpr std::array<std::string_view, 4> kKindNames = {"credential", "user", "session", "prefix"};

std::string_view user_part(std::string_view username, char separator) {
  const auto name = parse_timed_name(username, separator);
  return name ? name->user : username;
}

std::string_view session_part(std::string_view user, char separator) {
  return user.substr(0, user.find(separator));
}

const Revocation* find_in(const auto& table, std::string_view value, std::int64_t now_s) {
  const auto at = table.find(value);
  return at != table.end() && at->second.until_s >= now_s ? &at->second : nullptr;
}

}  // namespace

std::string_view revocation_kind_name(RevocationKind kind) {
  return kKindNames[static_cast<std::size_t>(kind)];
}

std::optional<RevocationKind> parse_revocation_kind(std::string_view name) {
  const auto at = std::find(kKindNames.begin(), kKindNames.end(), name);
  if (at == kKindNames.end()) return std::nullopt;
  return static_cast<RevocationKind>(at - kKindNames.begin());
}

bool covers(const Revocation& rule, std::string_view username, char separator) {
  const std::string_view user = user_part(username, separator);
  switch (rule.kind) {
    case RevocationKind::kCredential:
      return username == rule.value;
    case RevocationKind::kUser:
      return user == rule.value;
    case RevocationKind::kSession:
      return session_part(user, separator) == rule.value;
    case RevocationKind::kPrefix:
      return user.starts_with(rule.value);
  }
  return false;
}

RevocationSet::ByValue& RevocationSet::table_of(RevocationKind kind) {
  return const_cast<ByValue&>(std::as_const(*this).table_of(kind));
}

const RevocationSet::ByValue& RevocationSet::table_of(RevocationKind kind) const {
  switch (kind) {
    case RevocationKind::kCredential:
      return credentials_;
    case RevocationKind::kUser:
      return users_;
    case RevocationKind::kSession:
      return sessions_;
    case RevocationKind::kPrefix:
      break;
  }
  return prefixes_;
}

RevocationSet::Added RevocationSet::add(const Revocation& rule) {
  if (rule.value.empty() || rule.value.size() > kMaxValueBytes) return Added::kBadValue;
  ByValue& table = table_of(rule.kind);
  if (const auto at = table.find(rule.value); at != table.end()) {
    if (at->second.until_s >= rule.until_s) return Added::kKnown;
    at->second = rule;
    return Added::kNew;
  }
  const bool too_many_prefixes =
      rule.kind == RevocationKind::kPrefix && prefixes_.size() >= kMaxPrefixes;
  if (size() >= kMaxRules || too_many_prefixes) return Added::kFull;
  table.emplace(rule.value, rule);
  return Added::kNew;
}

bool RevocationSet::remove(RevocationKind kind, std::string_view value) {
  ByValue& table = table_of(kind);
  const auto at = table.find(value);
  if (at == table.end()) return false;
  table.erase(at);
  return true;
}

std::size_t RevocationSet::expire(std::int64_t now_s) {
  std::size_t gone = 0;
  for (ByValue* table : {&credentials_, &users_, &sessions_, &prefixes_}) {
    gone +=
        std::erase_if(*table, [now_s](const auto& entry) { return entry.second.until_s < now_s; });
  }
  return gone;
}

bool RevocationSet::refuses(std::string_view username, std::int64_t now_s) const {
  return find(username, now_s) != nullptr;
}

const Revocation* RevocationSet::find(std::string_view username, std::int64_t now_s) const {
  if (size() == 0) return nullptr;
  const std::string_view user = user_part(username, separator_);
  if (const auto* rule = find_in(users_, user, now_s)) return rule;
  if (const auto* rule = find_in(sessions_, session_part(user, separator_), now_s)) return rule;
  for (const auto& [prefix, rule] : prefixes_) {
    if (rule.until_s >= now_s && user.starts_with(prefix)) return &rule;
  }
  return find_in(credentials_, username, now_s);
}

std::size_t RevocationSet::size() const {
  return credentials_.size() + users_.size() + sessions_.size() + prefixes_.size();
}

std::vector<Revocation> RevocationSet::rules() const {
  std::vector<Revocation> all;
  all.reserve(size());
  for (const ByValue* table : {&credentials_, &users_, &sessions_, &prefixes_}) {
    for (const auto& [value, rule] : *table) all.push_back(rule);
  }
  std::sort(all.begin(), all.end(), [](const Revocation& a, const Revocation& b) {
    return std::tie(a.kind, a.value) < std::tie(b.kind, b.value);
  });
  return all;
}

}  // namespace turnpike::credentials
