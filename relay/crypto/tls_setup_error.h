// Why a certificate, a key or a TLS option could not be used, in words for the operator.
#pragma once

#include <string>

namespace turnpike::crypto {

struct TlsSetupError {
  std::string message;
};

}  // namespace turnpike::crypto
