#include "credentials/admin/turnadmin_run.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string_view>

#include "base/base64.h"
#include "credentials/core/long_term_key.h"
#include "credentials/core/saslprep.h"
#include "credentials/store/open_store.h"
#include "credentials/store/records.h"
#include "relay/crypto/openssl_digests.h"

namespace turnpike::admin {
namespace {

using credentials::Match;
using credentials::Store;
using credentials::StoreKind;
using credentials::StoreSettings;
using credentials::Table;

using Text = Result<std::string, std::string>;

constexpr const char* kDefaultDatabase = "/var/lib/turn/turndb";  // Coturn's

/// "" when all are there; the sentence is Coturn's.
std::string missing(const Line& line, std::initializer_list<Option> needed) {
  for (const Option option : needed) {
    if (!line.value(option).empty()) continue;
    const std::string_view what = option == Option::kUser       ? "user"
                                  : option == Option::kRealm    ? "realm"
                                  : option == Option::kPassword ? "password"
                                  : option == Option::kOrigin   ? "origin"
                                                                : "value";
    return "The operation cannot be completed: the " + std::string(what) + " must be set.";
  }
  return "";
}

bool is_good_user(std::string_view name) {
  return std::none_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7f || c == '"' || c == '\'';
  });
}

Result<Secret, std::string> hex_key(const Line& line) {
  const auto password = credentials::saslprep(line.value(Option::kPassword));
  if (!password) {
    return fail("the password " +
                std::string(credentials::saslprep_failure_text(password.error())));
  }
  const crypto::OpensslDigests digests;
  const auto key = credentials::long_term_key(digests, credentials::PasswordAlgorithm::kMd5,
                                              line.value(Option::kUser), line.value(Option::kRealm),
                                              password->reveal());
  return Secret(hex_encode(key.view()));
}

Result<std::unique_ptr<Store>, std::string> open(const Line& line) {
  StoreSettings settings;
  settings.kind = StoreKind::kSqlite;
  std::string connection =
      line.has(Option::kSqlite) ? line.value(Option::kSqlite) : std::string(kDefaultDatabase);
  if (line.has(Option::kPostgresql)) {
    settings.kind = StoreKind::kPostgresql;
    connection = line.value(Option::kPostgresql);
  } else if (line.has(Option::kMysql)) {
    settings.kind = StoreKind::kMysql;
    connection = line.value(Option::kMysql);
  } else if (!line.has(Option::kSqlite) && ::access(kDefaultDatabase, F_OK) != 0) {
    return fail(std::string("there is no database ") + kDefaultDatabase +
                ", name one with -b, -e or -M");
  }
  settings.connection = Secret(std::move(connection));
  auto store = credentials::open_store(settings);
  if (!store) return fail(store.error().text);
  return *std::move(store);
}

Text lines_of(const Line& line, Store& store) {
  const std::string given = line.value(Option::kRealm);
  const auto realm = given.empty() ? std::nullopt : std::optional<std::string_view>(given);
  std::string text;
  if (line.command == Option::kListUsers) {
    const auto rows = credentials::list_users(store, realm);
    if (!rows) return fail(rows.error().text);
    for (const auto& row : *rows) text += row.name + "[" + row.realm + "]\n";
  } else if (line.command == Option::kShowSecrets) {
    const auto rows = credentials::list_secrets(store, realm);
    if (!rows) return fail(rows.error().text);
    for (const auto& row : *rows) text.append(row.value.reveal()).append("[" + row.realm + "]\n");
  } else {
    const auto rows = credentials::list_origins(store, realm);
    if (!rows) return fail(rows.error().text);
    for (const auto& row : *rows) text += row.origin + " ==>> " + row.realm + "\n";
  }
  return text;
}

template <class Answer>
Text nothing_printed(const Answer& answer) {
  if (!answer) return fail(answer.error().text);
  return std::string();
}

Text change_user(const Line& line, Store& store) {
  const std::string user = line.value(Option::kUser), realm = line.value(Option::kRealm);
  if (line.command == Option::kDeleteUser) {
    return nothing_printed(store.erase(
        Table::kUser, Match{{credentials::kUserRealm, realm}, {credentials::kUserName, user}}));
  }
  auto key = hex_key(line);
  if (!key) return fail(key.error());
  return nothing_printed(store.put(
      Table::kUser, credentials::to_row(credentials::UserRecord{realm, user, *std::move(key)})));
}

Text change_secret(const Line& line, Store& store) {
  const std::string realm = line.value(Option::kRealm);
  Match match{{credentials::kSecretRealm, realm}};
  if (line.command == Option::kSetSecret) {
    return nothing_printed(
        store.put(Table::kSecret, credentials::to_row(credentials::SecretRecord{
                                      realm, Secret(line.value(Option::kSetSecret))})));
  }
  if (line.command == Option::kDeleteSecret) {
    match.emplace_back(credentials::kSecretValue, line.value(Option::kDeleteSecret));
  }
  return nothing_printed(store.erase(Table::kSecret, match));
}

/// Coturn's spelling of an origin: lower case, and with the port of http and https.
std::string canonical_origin(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string::npos || scheme_end + 3 == text.size()) return text;
  text.resize(std::min(text.size(), text.find('/', scheme_end + 3)));
  const auto host_end = text.rfind(']');
  const auto colon = text.find(':', host_end == std::string::npos ? scheme_end + 3 : host_end);
  if (colon != std::string::npos) return text;
  if (text.starts_with("https:")) return text + ":443";
  if (text.starts_with("http:")) return text + ":80";
  return text;
}

Text change_origin(const Line& line, Store& store) {
  const std::string origin = canonical_origin(line.value(Option::kOrigin));
  if (line.command == Option::kDeleteOrigin) {
    return nothing_printed(store.erase(Table::kOrigin, Match{{credentials::kOriginName, origin}}));
  }
  return nothing_printed(store.put(Table::kOrigin, credentials::to_row(credentials::OriginRecord{
                                                       origin, line.value(Option::kRealm)})));
}

std::string needs(const Line& line) {
  switch (line.command) {
    case Option::kKey:
    case Option::kAddUser:
      return missing(line, {Option::kUser, Option::kRealm, Option::kPassword});
    case Option::kDeleteUser:
      return missing(line, {Option::kUser, Option::kRealm});
    case Option::kSetSecret:
    case Option::kDeleteSecret:
      return missing(line, {line.command, Option::kRealm});
    case Option::kDeleteAllSecrets:
      return missing(line, {Option::kRealm});
    case Option::kAddOrigin:
      return missing(line, {Option::kOrigin, Option::kRealm});
    case Option::kDeleteOrigin:
      return missing(line, {Option::kOrigin});
    case Option::kListUsers:
    case Option::kShowSecrets:
    case Option::kListOrigins:
    case Option::kHelp:
    case Option::kUser:
    case Option::kRealm:
    case Option::kPassword:
    case Option::kPasswordStdin:
    case Option::kOrigin:
    case Option::kSqlite:
    case Option::kPostgresql:
    case Option::kMysql:
      break;
  }
  return "";
}

/// Secrets that are to come from stdin, which has one of them at most.
bool read_secrets(Line& line) {
  if (line.has(Option::kPasswordStdin)) line.values[Option::kPassword] = "-";
  for (const Option option : {Option::kPassword, Option::kSetSecret, Option::kDeleteSecret}) {
    if (line.value(option) != "-") continue;
    if (!std::getline(std::cin, line.values[option])) return false;
  }
  return true;
}

}  // namespace

Text run(Line line) {
  if (line.command == Option::kHelp) return usage();
  if (!read_secrets(line)) return fail(std::string("standard input has no line to read"));
  if (auto sentence = needs(line); !sentence.empty()) return fail(std::move(sentence));
  if (!is_good_user(line.value(Option::kUser))) {
    return fail(std::string("the user name has a space, a quote or a control character"));
  }
  if (line.command == Option::kKey) {
    const auto key = hex_key(line);
    if (!key) return fail(key.error());
    return "0x" + std::string(key->reveal()) + "\n";
  }
  const auto store = open(line);
  if (!store) return fail(store.error());
  const auto is_one_of = [&](std::initializer_list<Option> commands) {
    return std::find(commands.begin(), commands.end(), line.command) != commands.end();
  };
  if (is_one_of({Option::kAddUser, Option::kDeleteUser})) return change_user(line, **store);
  if (is_one_of({Option::kSetSecret, Option::kDeleteSecret, Option::kDeleteAllSecrets})) {
    return change_secret(line, **store);
  }
  if (is_one_of({Option::kAddOrigin, Option::kDeleteOrigin})) return change_origin(line, **store);
  return lines_of(line, **store);
}

}  // namespace turnpike::admin
