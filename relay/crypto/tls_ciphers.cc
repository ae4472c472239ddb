#include "relay/crypto/tls_ciphers.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "relay/crypto/openssl_ptr.h"

namespace turnpike::crypto {
namespace {

constexpr std::string_view kSeparators = ":,; ";

/// Words of openssl-ciphers(1), of this and earlier releases, that may select nothing today.
/// Removing what is not there is fine, so they are known behind '!', '-' and '+'; alone they would
/// select nothing and are reported.
constexpr std::array<std::string_view, 36> kHistoricWords = {
    "LOW", "EXP",  "EXPORT", "EXPORT40", "EXPORT56", "SSLv2",  "SSLv3",   "DES",    "3DES",
    "RC2", "RC4",  "IDEA",   "SEED",     "MD5",      "DSS",    "aDSS",    "aDH",    "aECDH",
    "kDH", "kDHr", "kDHd",   "kECDH",    "kECDHr",   "kECDHe", "KRB5",    "kKRB5",  "aKRB5",
    "FZA", "SRP",  "aSRP",   "kSRP",     "kGOST",    "aGOST",  "aGOST01", "GOST94", "GOST89MAC"};

class CipherOracle {
 public:
  CipherOracle() : scratch_(SSL_CTX_new(TLS_server_method())) { CHECK(scratch_ != nullptr); }

  /// Whether a TLS 1.2 name, word or "A+B" combination selects at least one cipher.
  bool selects_something(const std::string& entry) const {
    const bool matched = SSL_CTX_set_cipher_list(scratch_.get(), entry.c_str()) == 1;
    ERR_clear_error();
    return matched;
  }

  bool may_be_removed(const std::string& entry) const {
    if (selects_something(entry)) return true;
    std::size_t begin = 0;
    while (begin <= entry.size()) {  // each part of "A+B" by itself
      const std::size_t end = std::min(entry.find('+', begin), entry.size());
      const std::string part = entry.substr(begin, end - begin);
      const bool historic =
          std::find(kHistoricWords.begin(), kHistoricWords.end(), part) != kHistoricWords.end();
      if (!historic && !selects_something(part)) return false;
      begin = end + 1;
    }
    return true;
  }

 private:
  OpensslPtr<SSL_CTX> scratch_;
};

bool is_command(std::string_view entry) {
  constexpr std::string_view kLevel = "@SECLEVEL=";
  if (entry == "@STRENGTH") return true;
  return entry.size() == kLevel.size() + 1 && entry.starts_with(kLevel) && entry.back() >= '0' &&
         entry.back() <= '5';
}

/// IANA's names are OpenSSL's own for TLS 1.3; those of TLS 1.2 are translated ("TLS_RSA_WITH_..."
/// to "AES128-...").
std::string openssl_name(const std::string& name) {
  if (!name.starts_with("TLS_")) return name;
  const std::string_view translated = OPENSSL_cipher_name(name.c_str());
  return translated == "(NONE)" ? name : std::string(translated);
}

bool is_tls13_suite(const std::string& name) {
  return name.starts_with("TLS_") && OPENSSL_cipher_name(name.c_str()) == name;
}

void append_entry(std::string& list, std::string_view entry) {
  if (!list.empty()) list += ':';
  list += entry;
}

void sort_entry(const CipherOracle& oracle, std::string_view entry, CipherList& result) {
  const bool removes = entry.find_first_of("!-+") == 0;
  const std::string_view prefix = entry.substr(0, removes ? 1 : 0);
  const std::string name = openssl_name(std::string(entry.substr(prefix.size())));
  if (is_command(entry)) {
    append_entry(result.tls12, entry);
  } else if (is_tls13_suite(name) && !removes) {
    append_entry(result.tls13, name);
  } else if (removes ? oracle.may_be_removed(name) : oracle.selects_something(name)) {
    append_entry(result.tls12, std::string(prefix) + name);
  } else {
    result.unknown.emplace_back(entry);
  }
}

}  // namespace

CipherList parse_cipher_list(std::string_view list) {
  const CipherOracle oracle;
  CipherList result;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(kSeparators), list.size());
    if (end > 0) sort_entry(oracle, list.substr(0, end), result);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return result;
}

std::vector<std::string> unknown_cipher_names(std::string_view list) {
  return parse_cipher_list(list).unknown;
}

}  // namespace turnpike::crypto
