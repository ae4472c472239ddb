// That no address but a relay's leaves either side: ICE candidates that are relayed, and session
// descriptions without any others.
#pragma once

#include <string>
#include <string_view>

namespace turnpike::cobrowse {

/// Whether this is one candidate-attribute (RFC 8839 section 5.1, "candidate:…" without "a=") of
/// type relay, by its place and not by a word somewhere in it, on one line.
bool is_relay_candidate(std::string_view candidate);

/// The lines of an SDP without its candidates of other types. Lines end with CR, LF or both, since
/// some readers take either.
std::string only_relay_candidates(std::string_view sdp);

}  // namespace turnpike::cobrowse
