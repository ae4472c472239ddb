// Coturn's `cipher-list`: one OpenSSL string that holds TLS 1.2 rules and TLS 1.3 suite names
// together. Sorts the entries and tells which of them OpenSSL does not know; applying them is
// tls_context.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace turnpike::crypto {

/// Both are OpenSSL strings with ':' between entries that OpenSSL knows; either may be empty.
struct CipherList {
  std::string tls12;
  std::string tls13;
  std::vector<std::string> unknown;
};

/// Entries are separated by ':', ',', ';' or space, as in OpenSSL. A removal ("!MD5") of something
/// that OpenSSL once had and has no more is known, because it does what it says.
CipherList parse_cipher_list(std::string_view list);

/// The entries of `list` that mean nothing to this OpenSSL, in their order.
std::vector<std::string> unknown_cipher_names(std::string_view list);

}  // namespace turnpike::crypto
