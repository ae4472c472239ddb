// Whom a client trusts over TLS, and who it is itself.
#pragma once

#include <string>

namespace turnpike::http {

struct ClientTls {
  std::string ca_file{};            // PEM of who may sign the server; empty: the system's
  std::string client_chain_file{};  // PEM of a client certificate, with client_key_file
  std::string client_key_file{};
};

}  // namespace turnpike::http
