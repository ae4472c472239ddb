// ICE candidates as lines of text (RFC 8839 section 5.1): read from a viewer, written for one.
// Nothing here decides whether a candidate may be used.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace turnpike::rtc {

enum class CandidateProtocol : std::uint8_t { kUdp, kTcp };
enum class CandidateType : std::uint8_t { kHost, kServerReflexive, kPeerReflexive, kRelay };

struct Candidate {
  std::string foundation{};     // 1…32 ice-chars
  std::uint16_t component = 1;  // 1…256
  CandidateProtocol protocol = CandidateProtocol::kUdp;
  std::uint32_t priority = 0;
  std::string address{};  // an IP address, or a host name (mDNS): `is_ip`
  bool is_ip = false;
  std::uint16_t port = 0;
  CandidateType type = CandidateType::kHost;
  std::string related_address{};  // empty: the line has none
  std::uint16_t related_port = 0;
  std::string tcp_type{};  // RFC 6544: active, passive or so; empty for UDP
  friend bool operator==(const Candidate&, const Candidate&) = default;
};

enum class CandidateError : std::uint8_t {
  kTooLong,   // more than kMaxCandidateBytes
  kSyntax,    // not the grammar of RFC 8839
  kProtocol,  // neither udp nor tcp
  kAddress,   // neither an IP address nor a host name
  kType,      // a type that RFC 8839 does not know
};

std::string_view candidate_error_text(CandidateError error);

/// `line`: "candidate:…", with or without "a=" before it. Extension attributes are left out.
Result<Candidate, CandidateError> parse_candidate(std::string_view line);

/// "candidate:…". The related address is always written as 0.0.0.0 or ::, and port 0, so that no
/// private address gets out; host candidates have none.
std::string write_candidate(const Candidate& candidate);

}  // namespace turnpike::rtc
