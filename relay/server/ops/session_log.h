// What happened to a session, in the words of Coturn's log, which fail2ban rules and billing
// scripts parse. Each function renders one line from the core's effects; nothing is logged here.
// Names from clients are escaped so that no name can forge a line or a field.
#pragma once

#include <string>
#include <string_view>

#include "relay/turn/outbox.h"

namespace turnpike::server::session_log {

/// Empty for clients without TLS.
struct TlsWords {
  std::string_view cipher;
  std::string_view method;  // "TLSv1.3"
};

/// "session 001000000000000001: new, realm=<R>, username=<U>, lifetime=600[, cipher=C,
/// method=TLSv1.3]"
std::string created(const turn::AllocationCreated& event, const TlsWords& tls);
std::string refreshed(const turn::AllocationRefreshed& event, const TlsWords& tls);
/// "IPv4. Local relay addr: 127.0.0.1:41001"
std::string relay_address(const RelayedAddress& address);

/// "session ...: realm <R> user <U>: incoming packet ALLOCATE processed, success"; with an error
/// "incoming packet message processed, error 401: Unauthorized".
std::string answered(const turn::RequestAnswered& event);
/// As above, and the method is named with an error too: Coturn's first line of two for 403.
std::string answered_method(const turn::RequestAnswered& event);
/// Why authentication failed: Coturn's two shapes, and then the client's address and the reason.
std::string bad_credentials(const turn::RequestAnswered& event);

/// "session ...: peer 8.8.8.8 lifetime updated: 300", or "... deleted"
std::string permission(const turn::PermissionChanged& event);
std::string channel(const turn::ChannelChanged& event);

/// "session ...: usage: realm=<R>, username=<U>, rp=4, rb=428, sp=4, sb=224"
std::string usage(const turn::Session& session, const turn::Usage& usage);
std::string peer_usage(const turn::Session& session, const turn::Usage& usage);

/// The session that has ended, for usage() and peer_usage().
turn::Session session_of(const turn::AllocationDeleted& event);
/// "session ...: closed (2nd stage), user <U> realm <R> origin <>, local A, remote B, reason: ..."
std::string closed(const turn::AllocationDeleted& event, std::string_view origin);
/// "session ...: delete: realm=<R>, username=<U>"
std::string deleted(const turn::AllocationDeleted& event);

/// "IPv4. tcp or tls connected to: 1.2.3.4:5"
std::string stream_connected(const ClientAddress& client);
/// "session ...: TCP socket closed remotely 1.2.3.4:5"
std::string stream_closed(turn::SessionId id, const ClientAddress& client);
/// "Global turn allocation count incremented, now 1"
std::string allocation_count(bool incremented, std::uint64_t now);

}  // namespace turnpike::server::session_log
