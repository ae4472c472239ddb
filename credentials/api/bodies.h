// What a credential looks like to the clients of each adapter. Pure shapes: the credential and the
// URLs are made elsewhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "credentials/core/mint.h"
#include "http/core/message.h"

namespace turnpike::credentials::api {

/// A minted credential and where it is good.
struct IceAnswer {
  MintedCredential credential;
  std::vector<std::string> stun;  // stun: URLs
  std::vector<std::string> turn;  // turn: and turns: URLs, the first one to be tried first
  bool relay_only = false;        // iceTransportPolicy
  WallTime now;
};

/// Username, password, credential, ttl, uris, urls, iceServers, ice_servers, …: a body that most
/// clients take as it is.
std::string superset_body(const IceAnswer& answer);
/// `as_object`: iceServers is one object with all URLs.
std::string cloudflare_body(const IceAnswer& answer, bool as_object);
std::string twilio_body(const IceAnswer& answer, std::string_view account);
std::string xirsys_v2_body(const IceAnswer& answer);
std::string xirsys_v3_body(const IceAnswer& answer, bool as_object);
std::string metered_body(const IceAnswer& answer);
std::string metered_created_body(const IceAnswer& answer, std::string_view label);
std::string matrix_body(const IceAnswer& answer);
std::string kinesis_body(const IceAnswer& answer);
std::string nextcloud_body(const IceAnswer& answer);
/// XML: <services xmlns='urn:xmpp:extdisco:2'>…
std::string xmpp_body(const IceAnswer& answer);
/// `coturnIp=…&turnUsername=…&turnCredential=…`, as OpenVidu 2 appended it to a token.
std::string openvidu_body(const IceAnswer& answer);

/// "2026-01-01T00:00:00Z"
std::string iso_time(std::int64_t unix_s);
/// "Thu, 01 Jan 2026 00:00:00 +0000" (RFC 2822)
std::string mail_time(std::int64_t unix_s);

}  // namespace turnpike::credentials::api
