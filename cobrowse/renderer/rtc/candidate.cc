#include "cobrowse/renderer/rtc/candidate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/ip_address.h"
#include "cobrowse/renderer/rtc/limits.h"
#include "cobrowse/renderer/rtc/sdp_text.h"

namespace turnpike::rtc {
namespace {

constexpr std::size_t kMaxHostName = 253;  // RFC 1035 section 2.3.4, as text

constexpr std::array<std::pair<std::string_view, CandidateType>, 4> kTypes{{
    {"host", CandidateType::kHost},
    {"srflx", CandidateType::kServerReflexive},
    {"prflx", CandidateType::kPeerReflexive},
    {"relay", CandidateType::kRelay},
}};

bool is_host_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  };
  return !text.empty() && text.size() <= kMaxHostName && std::ranges::all_of(text, fits);
}

std::optional<CandidateError> read_transport(std::string_view& rest, Candidate& out) {
  const std::string_view foundation = take_word(rest);
  const auto component = parse_decimal<std::uint16_t>(take_word(rest));
  const std::string_view protocol = take_word(rest);
  const auto priority = parse_decimal<std::uint32_t>(take_word(rest));
  if (!is_ice_text(foundation, 1, 32) || !component || *component < 1 || *component > 256 ||
      !priority) {
    return CandidateError::kSyntax;
  }
  const bool is_udp = equals_ignoring_case(protocol, "udp");
  if (!is_udp && !equals_ignoring_case(protocol, "tcp")) return CandidateError::kProtocol;
  out.foundation = foundation;
  out.component = *component;
  out.protocol = is_udp ? CandidateProtocol::kUdp : CandidateProtocol::kTcp;
  out.priority = *priority;
  return std::nullopt;
}

std::optional<CandidateError> read_address(std::string_view& rest, Candidate& out) {
  const std::string_view address = take_word(rest);
  const auto port = parse_decimal<std::uint16_t>(take_word(rest));
  if (!port) return CandidateError::kSyntax;
  out.is_ip = IpAddress::parse(address).has_value();
  if (!out.is_ip && !is_host_name(address)) return CandidateError::kAddress;
  out.address = address;
  out.port = *port;
  if (take_word(rest) != "typ") return CandidateError::kSyntax;
  const std::string_view type = take_word(rest);
  const auto* row = std::ranges::find(kTypes, type, &decltype(kTypes)::value_type::first);
  if (row == kTypes.end()) return CandidateError::kType;
  out.type = row->second;
  return std::nullopt;
}

std::optional<CandidateError> read_attributes(std::string_view& rest, Candidate& out) {
  while (true) {
    const std::string_view name = take_word(rest);
    if (name.empty()) return std::nullopt;
    const std::string_view value = take_word(rest);
    if (name == "raddr") {
      if (!IpAddress::parse(value) && !is_host_name(value)) return CandidateError::kAddress;
      out.related_address = value;
    } else if (name == "rport") {
      const auto port = parse_decimal<std::uint16_t>(value);
      if (!port) return CandidateError::kSyntax;
      out.related_port = *port;
    } else if (name == "tcptype") {
      if (value != "active" && value != "passive" && value != "so") return CandidateError::kSyntax;
      out.tcp_type = value;
    }
  }
}

std::string_view type_word(CandidateType type) {
  return std::ranges::find(kTypes, type, &decltype(kTypes)::value_type::second)->first;
}

}  // namespace

std::string_view candidate_error_text(CandidateError error) {
  switch (error) {
    case CandidateError::kTooLong:
      return "a candidate is too long";
    case CandidateError::kSyntax:
      return "a candidate is not written as RFC 8839 says";
    case CandidateError::kProtocol:
      return "a candidate is for neither udp nor tcp";
    case CandidateError::kAddress:
      return "a candidate's address is neither an IP address nor a host name";
    case CandidateError::kType:
      break;
  }
  return "a candidate's type is none of host, srflx, prflx and relay";
}

Result<Candidate, CandidateError> parse_candidate(std::string_view line) {
  if (line.size() > kMaxCandidateBytes) return fail(CandidateError::kTooLong);
  const std::string_view bare = after_prefix(line, "a=").value_or(line);
  auto rest = after_prefix(bare, "candidate:");
  if (!rest || line.find_first_of("\r\n") != std::string_view::npos) {
    return fail(CandidateError::kSyntax);
  }
  Candidate out;
  if (const auto error = read_transport(*rest, out)) return fail(*error);
  if (const auto error = read_address(*rest, out)) return fail(*error);
  if (const auto error = read_attributes(*rest, out)) return fail(*error);
  return out;
}

std::string write_candidate(const Candidate& c) {
  std::string out = fmt::format("candidate:{} {} {} {} {} {} typ {}", c.foundation, c.component,
                                c.protocol == CandidateProtocol::kUdp ? "udp" : "tcp", c.priority,
                                c.address, c.port, type_word(c.type));
  if (c.type != CandidateType::kHost) {
    const auto ip = IpAddress::parse(c.address);
    out += fmt::format(" raddr {} rport 0", ip && ip->is_v6() ? "::" : "0.0.0.0");
  }
  if (!c.tcp_type.empty()) out += fmt::format(" tcptype {}", c.tcp_type);
  return out;
}

}  // namespace turnpike::rtc
