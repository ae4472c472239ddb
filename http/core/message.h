// HTTP requests and responses as values: what a pure API handler gets and gives. Parsed and written
// by http/server; nothing here touches a socket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ip_address.h"

namespace turnpike::http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions, kOther };

std::string_view method_name(Method method);
Method parse_method(std::string_view name);

/// From low to high (entry_paths.h decides): what a request may reach by the path that it came on.
enum class TrustLevel : std::uint8_t { kPublic, kWebhook, kInternal, kSystem };

struct Header {
  std::string name;  // as it was received or is to be sent
  std::string value;
};

class Headers {
 public:
  void add(std::string_view name, std::string_view value);
  /// Replaces every header of that name.
  void set(std::string_view name, std::string_view value);
  /// The first one of that name, in any case; empty when there is none.
  std::string_view find(std::string_view name) const;
  bool has(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  const std::vector<Header>& all() const { return list_; }

 private:
  std::vector<Header> list_;
};

struct Request {
  Method method = Method::kOther;
  std::string target;  // as it was received: "/a%20b?c=d"
  std::string path;    // decoded, normalised and without the entry path's prefix: "/a b"
  std::string query;   // behind the first "?", not decoded
  Headers headers;
  std::string body;
  Endpoint client;                  // who connects, or whom a trusted proxy names
  bool tls = false;                 // or a trusted proxy says so
  std::string certificate_subject;  // of a client certificate that was verified, else empty
  TrustLevel trust = TrustLevel::kPublic;
  std::optional<std::uint32_t> peer_uid{};  // of the process at the other end of a Unix socket
};

struct Response {
  unsigned status = 200;
  Headers headers;
  std::string body;

  static Response json(unsigned status, std::string body);
  static Response text(unsigned status, std::string body);
};

}  // namespace turnpike::http
