// Why the egress proxy did not carry a request, or stopped carrying it: one table of reasons, with
// the name for metrics, the HTTP status and the words for people.
#pragma once

#include <cstdint>
#include <string_view>

namespace turnpike::egress {

enum class Reason : std::uint8_t {
  // Of the policy.
  kBadHost,          // no host name: characters, lengths, percent-encoding, a zone
  kNumericHost,      // a number that a resolver would take for an address: "0x7f.1", "2130706433"
  kPort,             // not among the allowed ports
  kDeniedSite,       // on the deny list
  kUnlistedSite,     // there is an allow list, and the site is not on it
  kInternalName,     // localhost, *.local, *.internal and the like
  kInternalAddress,  // every address of the site is one that is not of the internet
  kOwnAddress,       // the relay, the control server, the proxy itself
  kUnresolved,       // the name has no address
  // Of the proxy.
  kMalformed,       // no request that a proxy understands
  kScheme,          // an absolute target that is not http://
  kLengthRequired,  // a body whose end only its chunks tell
  kHeadTooLarge,    // more than EgressLimits::head_bytes
  kHeadTooSlow,     // not complete within EgressLimits::head_time
  kTooManyConnections,
  kBusy,            // too many names are being looked up
  kUnreachable,     // no address of the site could be connected to
  kConnectTimeout,  // the last address did not answer in time
  kBadAnswer,       // the site did not answer in HTTP/1, or asked for proxy credentials
  kDownloadLimit,   // EgressLimits::connection_download_bytes
  kSessionLimit,    // EgressLimits::session_download_bytes
  kIdle,            // nothing was transferred for EgressLimits::idle_time
  kCount,
};

/// For metrics and the audit log: lower case with underscores.
std::string_view reason_name(Reason reason);
/// A sentence for the people of the session, about "this site".
std::string_view reason_text(Reason reason);
/// What HTTP answers, where it is not too late for an answer.
unsigned reason_status(Reason reason);
/// A rule was applied, as opposed to something that has gone wrong: people are to be told.
bool is_refusal(Reason reason);

}  // namespace turnpike::egress
