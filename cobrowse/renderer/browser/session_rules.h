// Where a session's browser may go by its address alone. What stands behind a host's name is the
// egress proxy's business.
#pragma once

#include <string>
#include <string_view>

namespace turnpike::browser {

/// What a person typed: "example.org" becomes "https://example.org". Empty: it is no address that a
/// browser should go to (other schemes than http and https, user names in it, nothing at all).
std::string address_from(std::string_view typed);

/// A document that is about to be loaded at the top or in a frame: http, https and about:blank.
bool may_load(std::string_view url);

/// An http or https address of another authority than `host`; Chromium writes it in its one form.
bool is_elsewhere(std::string_view url, std::string_view host);

/// Where Chromium's own viewer of PDFs is. Only as a frame, in which the browser itself puts it.
inline constexpr std::string_view kPdfViewer =
    "chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/";

/// The address without user names and without what stands behind "?" and "#", for logs.
std::string without_query(std::string_view url);

}  // namespace turnpike::browser
