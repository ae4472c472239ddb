// How sites and networks are written in egress.*: whether a text is one. Matching is the
// renderer's business.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace turnpike::conf {

/// A host, "*.host" for all below it, or "*" for all; the error is a sentence with the text and
/// what to write instead.
Result<void, std::string> check_site(std::string_view text);
/// A network as 10.0.0.0/8, an address, or a host; with a port, as intranet:8443, for that port.
Result<void, std::string> check_internal(std::string_view text);

}  // namespace turnpike::conf
