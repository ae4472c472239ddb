// OpenSSL's server context from PEM files, and who a client's certificate says it is.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/server/http_server.h"

namespace turnpike::http {

/// The error names the file, what is wrong and what to do.
Result<std::shared_ptr<boost::asio::ssl::context>, std::string> load_tls(const TlsFiles& files);

/// The subject as RFC 4514 text, most specific name first: "CN=backend,O=Example". Attribute names
/// are OpenSSL's short ones, separators and controls are escaped with a backslash, other characters
/// are UTF-8. Empty without a certificate or when it was not verified.
std::string verified_subject(SSL* connection);

}  // namespace turnpike::http
