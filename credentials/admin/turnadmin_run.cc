#include "credentials/admin/turnadmin_run.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <charconv>
#include <iostream>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/ip_address.h"
#include "credentials/admin/turnadmin_credential.h"
#include "credentials/admin/turnadmin_database.h"
#include "credentials/admin/turnadmin_import.h"
#include "credentials/admin/turnadmin_lists.h"
#include "credentials/core/admin_password.h"
#include "credentials/core/long_term_key.h"
#include "credentials/core/saslprep.h"
#include "credentials/store/encrypted_password.h"
#include "credentials/store/records.h"
#include "http/core/json.h"
#include "relay/crypto/crypto_rng.h"
#include "relay/crypto/openssl_digests.h"

namespace turnpike::admin {
namespace {

using credentials::Match;
using credentials::Store;
using credentials::Table;

using Text = Result<std::string, std::string>;

/// "" when all are there; the sentence is Coturn's.
std::string missing(const Line& line, const std::vector<Option>& needed) {
  for (const Option option : needed) {
    if (!line.value(option).empty()) continue;
    const std::string what = option == Option::kUser       ? "user"
                             : option == Option::kRealm    ? "realm"
                             : option == Option::kPassword ? "password"
                             : option == Option::kOrigin   ? "origin"
                                                           : spelling(option);
    return "The operation cannot be completed: the " + what + " must be set.";
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

Secret hashed_password(const Line& line) {
  const crypto::OpensslDigests digests;
  crypto::CryptoRng rng;
  return credentials::hash_password(digests, rng, line.value(Option::kPassword));
}

template <class Answer>
Text nothing_printed(const Answer& answer) {
  if (!answer) return fail(answer.error().text);
  return std::string();
}

Text change_user(const Line& line, Store& store) {
  const std::string user(line.value(Option::kUser)), realm(line.value(Option::kRealm));
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
  const std::string realm(line.value(Option::kRealm));
  Match match{{credentials::kSecretRealm, realm}};
  if (line.command == Option::kSetSecret) {
    return nothing_printed(store.put(
        Table::kSecret, credentials::to_row(credentials::SecretRecord{
                            realm, Secret(std::string(line.value(Option::kSetSecret)))})));
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
  const std::string origin = canonical_origin(std::string(line.value(Option::kOrigin)));
  if (line.command == Option::kDeleteOrigin) {
    return nothing_printed(store.erase(Table::kOrigin, Match{{credentials::kOriginName, origin}}));
  }
  return nothing_printed(
      store.put(Table::kOrigin, credentials::to_row(credentials::OriginRecord{
                                    origin, std::string(line.value(Option::kRealm))})));
}

Text change_admin(const Line& line, Store& store) {
  const std::string user(line.value(Option::kUser));
  if (line.command == Option::kDeleteAdmin) {
    return nothing_printed(store.erase(Table::kAdmin, Match{{credentials::kAdminName, user}}));
  }
  return nothing_printed(store.put(
      Table::kAdmin, credentials::to_row(credentials::AdminRecord{
                         user, std::string(line.value(Option::kRealm)), hashed_password(line)})));
}

Text change_options(const Line& line, Store& store) {
  const std::string realm(line.value(Option::kRealm));
  std::vector<credentials::RealmOptionRecord> wanted;
  for (const auto& [option, name] :
       {std::pair{Option::kMaxBps, "max-bps"}, std::pair{Option::kTotalQuota, "total-quota"},
        std::pair{Option::kUserQuota, "user-quota"}}) {
    if (!line.has(option)) continue;
    const std::string_view text = line.value(option);
    std::uint64_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size()) {
      return fail("--" + std::string(name) + ": '" + std::string(text) +
                  "' is no number from 0 on");
    }
    wanted.push_back({realm, name, value});
  }
  if (wanted.empty()) {
    return fail(std::string("no option is named: --max-bps, --total-quota or --user-quota"));
  }
  for (const auto& record : wanted) {
    if (record.value > 0) {
      const auto put = store.put(Table::kRealmOption, credentials::to_row(record));
      if (!put) return fail(put.error().text);
      continue;
    }
    const auto erased = store.erase(
        Table::kRealmOption,
        Match{{credentials::kOptionRealm, realm}, {credentials::kOptionName, record.option}});
    if (!erased) return fail(erased.error().text);
  }
  return std::string();
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

Text change_ranges(const Line& line, Store& store) {
  const bool adds = line.command == Option::kAddAllowed || line.command == Option::kAddDenied;
  const bool allowed =
      line.command == Option::kAddAllowed || line.command == Option::kDeleteAllowed;
  const Table table = allowed ? Table::kAllowedPeer : Table::kDeniedPeer;
  const std::string realm(line.value(Option::kRealm)), range(line.value(line.command));
  if (range.empty()) return fail("the range of " + spelling(line.command) + " is empty");
  if (adds && !is_peer_range(range)) {
    return fail("'" + range + "' is no address, FIRST-LAST or ADDRESS/BITS of one family");
  }
  if (adds) {
    return nothing_printed(
        store.put(table, credentials::to_row(credentials::PeerRangeRecord{realm, range})));
  }
  return nothing_printed(store.erase(
      table, Match{{credentials::kPeerRealm, realm}, {credentials::kPeerRange, range}}));
}

std::string needs(const Line& line) {
  static const std::map<Option, std::vector<Option>> needed = {
      {Option::kKey, {Option::kUser, Option::kRealm, Option::kPassword}},
      {Option::kAddUser, {Option::kUser, Option::kRealm, Option::kPassword}},
      {Option::kDeleteUser, {Option::kUser, Option::kRealm}},
      {Option::kSetSecret, {Option::kSetSecret, Option::kRealm}},
      {Option::kDeleteSecret, {Option::kDeleteSecret, Option::kRealm}},
      {Option::kDeleteAllSecrets, {Option::kRealm}},
      {Option::kAddOrigin, {Option::kOrigin, Option::kRealm}},
      {Option::kDeleteOrigin, {Option::kOrigin}},
      {Option::kAddAdmin, {Option::kUser, Option::kPassword}},
      {Option::kDeleteAdmin, {Option::kUser}},
      {Option::kSetOptions, {Option::kRealm}},
      {Option::kHashPassword, {Option::kPassword}},
      {Option::kMakeKeyFile, {Option::kMakeKeyFile}},
      {Option::kEncrypt, {Option::kKeyFile, Option::kPassword}},
      {Option::kDecrypt, {Option::kKeyFile, Option::kDecrypt}},
      {Option::kVerify, {Option::kUser, Option::kPassword}},
      {Option::kRevoke, {Option::kValue}},
      {Option::kImport, {Option::kFrom, Option::kTo}},
  };
  const auto found = needed.find(line.command);
  return found == needed.end() ? "" : missing(line, found->second);
}

/// Secrets that are to come from stdin, which has one of them at most.
bool read_secrets(Line& line) {
  if (line.has(Option::kPasswordStdin)) line.values[Option::kPassword] = Secret("-");
  for (const Option option : {Option::kPassword, Option::kSetSecret, Option::kDeleteSecret}) {
    if (line.value(option) != "-") continue;
    std::string typed;
    if (!std::getline(std::cin, typed)) return false;
    line.values[option] = Secret(typed);
    std::fill(typed.begin(), typed.end(), char{});
  }
  return true;
}

Text use_key_file(const Line& line) {
  const std::string key_file(line.value(Option::kKeyFile));
  if (line.command == Option::kMakeKeyFile) {
    std::array<std::uint8_t, 16> key{};
    crypto::CryptoRng().fill(key);
    return nothing_printed(
        credentials::write_key_file(std::string(line.value(Option::kMakeKeyFile)), key));
  }
  if (line.command == Option::kDecrypt) {
    const auto plain = credentials::decrypt_password(line.value(Option::kDecrypt), key_file);
    if (!plain) return fail(plain.error().text);
    return std::string(plain->reveal()) + "\n";
  }
  const auto encrypted =
      credentials::encrypt_password(Secret(std::string(line.value(Option::kPassword))), key_file);
  if (!encrypted) return fail(encrypted.error().text);
  return *encrypted + "\n";
}

Text carry_out(const Line& line) {
  if (line.command == Option::kKey) {
    const auto key = hex_key(line);
    if (!key) return fail(key.error());
    return "0x" + std::string(key->reveal()) + "\n";
  }
  if (line.command == Option::kHashPassword) {
    return std::string(hashed_password(line).reveal()) + "\n";
  }
  if (line.command == Option::kMakeKeyFile || line.command == Option::kEncrypt ||
      line.command == Option::kDecrypt) {
    return use_key_file(line);
  }
  if (line.command == Option::kImport) return import_rows(line);
  if (line.command == Option::kMint) return mint_credential(line);
  const auto store = open_database(line);
  if (!store) return fail(store.error());
  const auto is_one_of = [&](std::initializer_list<Option> commands) {
    return std::find(commands.begin(), commands.end(), line.command) != commands.end();
  };
  if (is_one_of({Option::kAddUser, Option::kDeleteUser})) return change_user(line, **store);
  if (is_one_of({Option::kSetSecret, Option::kDeleteSecret, Option::kDeleteAllSecrets})) {
    return change_secret(line, **store);
  }
  if (is_one_of({Option::kAddOrigin, Option::kDeleteOrigin})) return change_origin(line, **store);
  if (is_one_of({Option::kAddAdmin, Option::kDeleteAdmin})) return change_admin(line, **store);
  if (line.command == Option::kSetOptions) return change_options(line, **store);
  if (is_one_of({Option::kAddAllowed, Option::kDeleteAllowed, Option::kAddDenied,
                 Option::kDeleteDenied})) {
    return change_ranges(line, **store);
  }
  if (line.command == Option::kRevoke) return revoke_credentials(line, **store);
  return list(line, **store);
}

Result<Outcome, std::string> verify(const Line& line) {
  const auto verdict = verify_credential(line);
  if (!verdict) return fail(verdict.error());
  std::string text(*verdict);
  if (line.has(Option::kJson)) {
    text = http::to_json(boost::json::object{{"verdict", *verdict}});
  }
  return Outcome{text + "\n", *verdict == kValid ? 0 : 1};
}

bool can_print_json(Option command) {
  constexpr std::array kCommands = {
      Option::kListUsers,   Option::kShowSecrets, Option::kListOrigins, Option::kListAdmins,
      Option::kListOptions, Option::kListAllowed, Option::kListDenied,  Option::kListCredentials,
      Option::kMint,        Option::kVerify,      Option::kRevoke,      Option::kImport};
  return std::find(kCommands.begin(), kCommands.end(), command) != kCommands.end();
}

}  // namespace

Result<Outcome, std::string> run(Line line) {
  if (line.command == Option::kHelp) return Outcome{usage()};
  if (line.has(Option::kJson) && !can_print_json(line.command)) {
    return fail(std::string("--json: this command prints no list and no credential"));
  }
  if (!read_secrets(line)) return fail(std::string("standard input has no line to read"));
  if (auto sentence = needs(line); !sentence.empty()) return fail(std::move(sentence));
  if (!is_good_user(line.value(Option::kUser))) {
    return fail(std::string("the user name has a space, a quote or a control character"));
  }
  if (line.command == Option::kVerify) return verify(line);
  auto text = carry_out(line);
  if (!text) return fail(std::move(text).error());
  return Outcome{*std::move(text)};
}

}  // namespace turnpike::admin
