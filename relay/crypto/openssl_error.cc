#include "relay/crypto/openssl_error.h"

#include <openssl/err.h>

#include <array>
#include <cstring>

namespace turnpike::crypto {

std::string take_openssl_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "unknown reason";
  if (ERR_SYSTEM_ERROR(code)) {
    std::array<char, 128> text{};
    return strerror_r(ERR_GET_REASON(code), text.data(), text.size());  // the GNU form
  }
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? "error " + std::to_string(code) : reason;
}

}  // namespace turnpike::crypto
