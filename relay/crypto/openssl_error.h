// OpenSSL's error queue as one short reason in words. The queue belongs to the calling thread.
#pragma once

#include <string>

namespace turnpike::crypto {

/// The oldest error of the queue, which is the cause; the queue is empty afterwards. "unknown
/// reason" when it was.
std::string take_openssl_reason();

}  // namespace turnpike::crypto
