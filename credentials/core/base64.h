// Base64 with the standard alphabet and padding (RFC 4648 section 4). Encoding only.
#pragma once

#include <string>

#include "base/bytes.h"

namespace turnpike::credentials {

std::string base64_encode(Bytes bytes);

}  // namespace turnpike::credentials
