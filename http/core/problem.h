// Errors as application/problem+json (RFC 9457). What the detail says is the caller's choice; it
// must not carry a secret.
#pragma once

#include <string>
#include <string_view>

#include "http/core/message.h"

namespace turnpike::http {

/// The reason phrase of RFC 9110 section 15; "Error" for a number without one.
std::string_view status_title(unsigned status);

/// {"type":"about:blank","title":"Not Found","status":404,"detail":"…"} with Cache-Control:
/// no-store. An empty detail is left out; bytes that are not UTF-8 become U+FFFD.
Response problem(unsigned status, std::string_view detail = {});

/// Adds "Retry-After" in whole seconds, at least 1.
void set_retry_after(Response& response, std::uint64_t seconds);
/// Cache-Control: no-store, for answers that carry credentials.
void set_no_store(Response& response);

/// A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
std::string json_quote(std::string_view text);

}  // namespace turnpike::http
