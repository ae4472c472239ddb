#include "credentials/admin/turnadmin_run.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iostream>
#include <memory>
#include <optional>
#include <string_view>

#include "base/base64.h"
#include "base/ip_address.h"
#include "credentials/core/long_term_key.h"
#include "credentials/core/saslprep.h"
#include "credentials/store/open_store.h"
#include "credentials/store/records.h"
#include "relay/crypto/crypto_rng.h"
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

/// `digests` outlives the store.
Result<std::unique_ptr<Store>, std::string> open(const Line& line, const Digests& digests) {
  constexpr std::pair<Option, StoreKind> kKinds[] = {{Option::kSqlite, StoreKind::kSqlite},
                                                     {Option::kPostgresql, StoreKind::kPostgresql},
                                                     {Option::kMysql, StoreKind::kMysql},
                                                     {Option::kMongo, StoreKind::kMongo},
                                                     {Option::kRedis, StoreKind::kRedis}};
  StoreSettings settings{.kind = StoreKind::kSqlite};
  settings.digests = &digests;
  int named = 0;
  for (const auto& [option, kind] : kKinds) {
    if (!line.has(option)) continue;
    settings.kind = kind;
    settings.connection = Secret(line.value(option));
    ++named;
  }
  if (named > 1) return fail(std::string("two databases are named, give one of -b -e -M -J -N"));
  if (named == 0) {
    if (::access(kDefaultDatabase, F_OK) != 0) {
      return fail(std::string("there is no database ") + kDefaultDatabase +
                  ", name one with -b, -e, -M, -J or -N");
    }
    settings.connection = Secret(std::string(kDefaultDatabase));
  }
  auto store = credentials::open_store(settings);
  if (!store) return fail(store.error().text);
  return *std::move(store);
}

Text peer_lines(Store& store, Table table, std::optional<std::string_view> realm) {
  const auto rows = credentials::list_peer_ranges(store, table, realm);
  if (!rows) return fail(rows.error().text);
  std::string text;
  for (const auto& row : *rows) {
    text += row.realm.empty() ? row.range + "\n" : row.range + "[" + row.realm + "]\n";
  }
  return text;
}

Text admin_lines(Store& store) {
  const auto rows = credentials::list_admins(store);
  if (!rows) return fail(rows.error().text);
  std::string text;
  for (const auto& row : *rows) {
    text += row.realm.empty() ? row.name + "\n" : row.name + "[" + row.realm + "]\n";
  }
  return text;
}

Text option_lines(Store& store, std::optional<std::string_view> realm) {
  const auto rows = credentials::list_realm_options(store, realm);
  if (!rows) return fail(rows.error().text);
  std::string text;
  for (const auto& row : *rows) {
    text += row.option + "[" + row.realm + "]=" + std::to_string(row.value) + "\n";
  }
  return text;
}

Text lines_of(const Line& line, Store& store) {
  const std::string given = line.value(Option::kRealm);
  const auto realm = given.empty() ? std::nullopt : std::optional<std::string_view>(given);
  if (line.command == Option::kListAllowed) return peer_lines(store, Table::kAllowedPeer, realm);
  if (line.command == Option::kListDenied) return peer_lines(store, Table::kDeniedPeer, realm);
  if (line.command == Option::kListAdmins) return admin_lines(store);
  if (line.command == Option::kListOptions || line.command == Option::kListOptionsToo) {
    return option_lines(store, realm);
  }
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

/// A relay that finds a denied range it cannot read lets nobody in, so it must not get there.
bool is_peer_range(std::string_view text) {
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const auto address = IpAddress::parse(text.substr(0, slash));
    const std::string_view bits_text = text.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, error] =
        std::from_chars(bits_text.data(), bits_text.data() + bits_text.size(), bits);
    const bool number = error == std::errc() && end == bits_text.data() + bits_text.size();
    return address && number && bits <= address->bytes().size() * 8;
  }
  const std::size_t dash = text.find('-');
  const auto first = IpAddress::parse(text.substr(0, dash));
  if (dash == std::string_view::npos) return first.has_value();
  const auto last = IpAddress::parse(text.substr(dash + 1));
  return first && last && first->family() == last->family() && *first <= *last;
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

/// "$5$", a salt of eight bytes, "$" and SHA-256 of salt and password: what Coturn's admins have.
std::string admin_hash(const std::string& password) {
  crypto::CryptoRng rng;
  std::array<std::uint8_t, 8> salt{};
  rng.fill(salt);
  const Sha256 hash = crypto::OpensslDigests().sha256({salt, as_bytes(password)});
  return "$5$" + hex_encode(salt) + "$" + hex_encode(hash);
}

Text change_admin(const Line& line, Store& store) {
  const std::string name = line.value(Option::kUser);
  if (line.command == Option::kDeleteAdmin) {
    return nothing_printed(store.erase(Table::kAdmin, Match{{credentials::kAdminName, name}}));
  }
  const credentials::AdminRecord record{name, line.value(Option::kRealm),
                                        Secret(admin_hash(line.value(Option::kPassword)))};
  return nothing_printed(store.put(Table::kAdmin, credentials::to_row(record)));
}

Text change_options(const Line& line, Store& store) {
  constexpr std::pair<Option, std::string_view> kNames[] = {{Option::kMaxBps, "max-bps"},
                                                            {Option::kTotalQuota, "total-quota"},
                                                            {Option::kUserQuota, "user-quota"}};
  const std::string realm = line.value(Option::kRealm);
  bool any = false;
  for (const auto& [option, name] : kNames) {
    if (!line.has(option)) continue;
    any = true;
    const std::string text = line.value(option);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
      return fail("--" + std::string(name) + ": '" + text + "' is no number");
    }
    const credentials::RealmOptionRecord record{realm, std::string(name), value};
    auto done =
        value == 0 ? nothing_printed(store.erase(
                         Table::kRealmOption, Match{{credentials::kOptionRealm, realm},
                                                    {credentials::kOptionName, std::string(name)}}))
                   : nothing_printed(store.put(Table::kRealmOption, credentials::to_row(record)));
    if (!done) return done;
  }
  if (!any) return fail(std::string("give --max-bps, --total-quota or --user-quota"));
  return std::string();
}

Text change_peer(const Line& line, Store& store) {
  const bool allowed =
      line.command == Option::kAddAllowed || line.command == Option::kDeleteAllowed;
  const Table table = allowed ? Table::kAllowedPeer : Table::kDeniedPeer;
  const std::string realm = line.value(Option::kRealm), range = line.value(line.command);
  if (line.command == Option::kDeleteAllowed || line.command == Option::kDeleteDenied) {
    return nothing_printed(store.erase(
        table, Match{{credentials::kPeerRealm, realm}, {credentials::kPeerRange, range}}));
  }
  if (!is_peer_range(range)) {
    return fail("'" + range + "' is no address, FIRST-LAST or ADDRESS/BITS of one family");
  }
  return nothing_printed(
      store.put(table, credentials::to_row(credentials::PeerRangeRecord{realm, range})));
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
    case Option::kAddAdmin:
      return missing(line, {Option::kUser, Option::kPassword});
    case Option::kDeleteAdmin:
      return missing(line, {Option::kUser});
    case Option::kSetOptions:
      return missing(line, {Option::kRealm});
    case Option::kHashPassword:
      return missing(line, {Option::kPassword});
    case Option::kAddAllowed:
    case Option::kDeleteAllowed:
    case Option::kAddDenied:
    case Option::kDeleteDenied:
      return missing(line, {line.command});
    case Option::kListAdmins:
    case Option::kListOptions:
    case Option::kListOptionsToo:
    case Option::kListAllowed:
    case Option::kListDenied:
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
    case Option::kMongo:
    case Option::kRedis:
    case Option::kMaxBps:
    case Option::kTotalQuota:
    case Option::kUserQuota:
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
  if (line.command == Option::kHashPassword) {
    return admin_hash(line.value(Option::kPassword)) + "\n";
  }
  const crypto::OpensslDigests digests;
  const auto store = open(line, digests);
  if (!store) return fail(store.error());
  const auto is_one_of = [&](std::initializer_list<Option> commands) {
    return std::find(commands.begin(), commands.end(), line.command) != commands.end();
  };
  if (is_one_of({Option::kAddUser, Option::kDeleteUser})) return change_user(line, **store);
  if (is_one_of({Option::kSetSecret, Option::kDeleteSecret, Option::kDeleteAllSecrets})) {
    return change_secret(line, **store);
  }
  if (is_one_of({Option::kAddAdmin, Option::kDeleteAdmin})) return change_admin(line, **store);
  if (is_one_of({Option::kSetOptions})) return change_options(line, **store);
  if (is_one_of({Option::kAddAllowed, Option::kDeleteAllowed, Option::kAddDenied,
                 Option::kDeleteDenied})) {
    return change_peer(line, **store);
  }
  if (is_one_of({Option::kAddOrigin, Option::kDeleteOrigin})) return change_origin(line, **store);
  return lines_of(line, **store);
}

}  // namespace turnpike::admin
