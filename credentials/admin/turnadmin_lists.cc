#include "credentials/admin/turnadmin_lists.h"

#include <optional>
#include <string_view>

#include "credentials/store/records.h"

namespace turnpike::admin {
namespace {

using Text = Result<std::string, std::string>;

template <class Rows, class LineOf>
Text lines(const Rows& rows, LineOf line_of) {
  if (!rows) return fail(rows.error().text);
  std::string text;
  for (const auto& row : *rows) text.append(line_of(row)).append("\n");
  return text;
}

std::string in_realm(std::string_view what, std::string_view realm) {
  return std::string(what).append("[").append(realm).append("]");
}

Text list_ranges(credentials::Store& store, credentials::Table table,
                 std::optional<std::string_view> realm) {
  return lines(credentials::list_peer_ranges(store, table, realm), [](const auto& row) {
    return row.realm.empty() ? row.range : in_realm(row.range, row.realm);
  });
}

}  // namespace

Text list(const Line& line, credentials::Store& store) {
  const std::string_view given = line.value(Option::kRealm);
  const auto realm = given.empty() ? std::nullopt : std::optional(given);
  if (line.command == Option::kListUsers) {
    return lines(credentials::list_users(store, realm),
                 [](const auto& row) { return in_realm(row.name, row.realm); });
  }
  if (line.command == Option::kShowSecrets) {
    return lines(credentials::list_secrets(store, realm),
                 [](const auto& row) { return in_realm(row.value.reveal(), row.realm); });
  }
  if (line.command == Option::kListOrigins) {
    return lines(credentials::list_origins(store, realm),
                 [](const auto& row) { return row.origin + " ==>> " + row.realm; });
  }
  if (line.command == Option::kListOptions) {
    return lines(credentials::list_realm_options(store, realm), [](const auto& row) {
      return in_realm(row.option, row.realm) + "=" + std::to_string(row.value);
    });
  }
  if (line.command == Option::kListAdmins) {
    return lines(credentials::list_admins(store), [](const auto& row) {
      return row.realm.empty() ? row.name : in_realm(row.name, row.realm);
    });
  }
  if (line.command == Option::kListCredentials) {
    credentials::Match match;
    if (line.has(Option::kUser))
      match.emplace_back(credentials::kCredentialUser, line.value(Option::kUser));
    if (line.has(Option::kSession))
      match.emplace_back(credentials::kCredentialSession, line.value(Option::kSession));
    return lines(credentials::list_credentials(store, match, credentials::Store::kMaxRows),
                 [](const auto& row) {
                   return row.username + "\t" + row.user + "\t" + row.session + "\t" + row.caller +
                          "\t" + std::to_string(row.issued_s) + "\t" +
                          std::to_string(row.expires_s);
                 });
  }
  const bool allowed = line.command == Option::kListAllowed;
  return list_ranges(
      store, allowed ? credentials::Table::kAllowedPeer : credentials::Table::kDeniedPeer, realm);
}

}  // namespace turnpike::admin
