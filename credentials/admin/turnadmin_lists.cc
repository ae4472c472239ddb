#include "credentials/admin/turnadmin_lists.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

#include "credentials/store/records.h"
#include "http/core/json.h"

namespace turnpike::admin {
namespace {

using Text = Result<std::string, std::string>;

namespace json = boost::json;

/// Each row as Coturn's line, or all of them as one JSON array.
template <class Rows, class LineOf, class ObjectOf>
Text render(bool as_json, const Rows& rows, LineOf line_of, ObjectOf object_of) {
  if (!rows) return fail(rows.error().text);
  std::string text;
  json::array array;
  for (const auto& row : *rows) {
    if (as_json) {
      array.push_back(object_of(row));
    } else {
      text.append(line_of(row)).append("\n");
    }
  }
  return as_json ? http::to_json(array) + "\n" : text;
}

std::string in_realm(std::string_view what, std::string_view realm) {
  return std::string(what).append("[").append(realm).append("]");
}

/// Of all realms where there is no realm.
std::string in_realm_if_any(std::string_view what, std::string_view realm) {
  return realm.empty() ? std::string(what) : in_realm(what, realm);
}

Text list_given(bool as_json, const Line& line, credentials::Store& store) {
  credentials::Match match;
  if (line.has(Option::kUser)) {
    match.emplace_back(credentials::kCredentialUser, line.value(Option::kUser));
  }
  if (line.has(Option::kSession)) {
    match.emplace_back(credentials::kCredentialSession, line.value(Option::kSession));
  }
  return render(
      as_json, credentials::list_credentials(store, match, credentials::Store::kMaxRows),
      [](const auto& row) {
        return row.username + "\t" + row.user + "\t" + row.session + "\t" + row.caller + "\t" +
               std::to_string(row.issued_s) + "\t" + std::to_string(row.expires_s);
      },
      [](const auto& row) {
        return json::object{{"username", row.username}, {"user", row.user},
                            {"session", row.session},   {"caller", row.caller},
                            {"origin", row.origin},     {"call_id", row.call_id},
                            {"issued", row.issued_s},   {"expires", row.expires_s}};
      });
}

}  // namespace

Text list(const Line& line, credentials::Store& store) {
  const bool as_json = line.has(Option::kJson);
  const std::string_view given = line.value(Option::kRealm);
  const auto realm = given.empty() ? std::nullopt : std::optional(given);
  if (line.command == Option::kListUsers) {
    return render(
        as_json, credentials::list_users(store, realm),
        [](const auto& row) { return in_realm(row.name, row.realm); },
        [](const auto& row) {
          return json::object{{"user", row.name}, {"realm", row.realm}};
        });
  }
  if (line.command == Option::kShowSecrets) {
    return render(
        as_json, credentials::list_secrets(store, realm),
        [](const auto& row) { return in_realm(row.value.reveal(), row.realm); },
        [](const auto& row) {
          return json::object{{"secret", row.value.reveal()}, {"realm", row.realm}};
        });
  }
  if (line.command == Option::kListOrigins) {
    return render(
        as_json, credentials::list_origins(store, realm),
        [](const auto& row) { return row.origin + " ==>> " + row.realm; },
        [](const auto& row) {
          return json::object{{"origin", row.origin}, {"realm", row.realm}};
        });
  }
  if (line.command == Option::kListOptions) {
    return render(
        as_json, credentials::list_realm_options(store, realm),
        [](const auto& row) {
          return in_realm(row.option, row.realm) + "=" + std::to_string(row.value);
        },
        [](const auto& row) {
          return json::object{{"option", row.option}, {"realm", row.realm}, {"value", row.value}};
        });
  }
  if (line.command == Option::kListAdmins) {
    return render(
        as_json, credentials::list_admins(store),
        [](const auto& row) { return in_realm_if_any(row.name, row.realm); },
        [](const auto& row) {
          return json::object{{"user", row.name}, {"realm", row.realm}};
        });
  }
  if (line.command == Option::kListCredentials) return list_given(as_json, line, store);
  const bool allowed = line.command == Option::kListAllowed;
  return render(
      as_json,
      credentials::list_peer_ranges(
          store, allowed ? credentials::Table::kAllowedPeer : credentials::Table::kDeniedPeer,
          realm),
      [](const auto& row) { return in_realm_if_any(row.range, row.realm); },
      [](const auto& row) {
        return json::object{{"range", row.range}, {"realm", row.realm}};
      });
}

}  // namespace turnpike::admin
