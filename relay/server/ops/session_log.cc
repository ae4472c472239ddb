#include "relay/server/ops/session_log.h"

#include <fmt/format.h>

#include "base/log.h"
#include "relay/stun/registry.h"

namespace turnpike::server::session_log {
namespace {

/// RFC 8489 section 14.3 allows 508 bytes; every name that can log in is shown whole.
constexpr std::size_t kMaxUserShown = 512;
constexpr std::size_t kMaxFieldShown = 256;

/// Fields stand in angle brackets, so those are escaped too.
std::string field(std::string_view text, std::size_t max_length = kMaxFieldShown) {
  std::string out;
  for (const char c : log::log_safe(text, max_length)) {
    if (c == '<') {
      out += "\\x3c";
    } else if (c == '>') {
      out += "\\x3e";
    } else {
      out += c;
    }
  }
  return out;
}

std::string user_field(std::string_view user) {
  return field(user, kMaxUserShown);
}

std::string label(turn::SessionId id) {
  return fmt::format("session {:018}", id.value);
}

std::string_view family_name(const IpAddress& ip) {
  return ip.is_v4() ? "IPv4" : "IPv6";
}

std::string with_lifetime(const turn::Session& session, std::string_view what, seconds lifetime,
                          const TlsWords& tls) {
  std::string line =
      fmt::format("{}: {}, realm=<{}>, username=<{}>, lifetime={}", label(session.id), what,
                  field(session.realm), user_field(session.user), lifetime.count());
  if (!tls.cipher.empty()) line += fmt::format(", cipher={}, method={}", tls.cipher, tls.method);
  return line;
}

std::string_view method_word(stun::Method method) {
  switch (method) {
    case stun::Method::kBinding:
      return "BINDING";
    case stun::Method::kAllocate:
      return "ALLOCATE";
    case stun::Method::kRefresh:
      return "REFRESH";
    case stun::Method::kSend:
      return "SEND";
    case stun::Method::kData:
      return "DATA";
    case stun::Method::kCreatePermission:
      return "CREATE_PERMISSION";
    case stun::Method::kChannelBind:
      return "CHANNEL_BIND";
    case stun::Method::kConnect:
      return "CONNECT";
    case stun::Method::kConnectionBind:
      return "CONNECTION_BIND";
    case stun::Method::kConnectionAttempt:
      return "CONNECTION_ATTEMPT";
  }
  return "message";  // a method that this server does not have
}

/// RFC 5389's phrase for 401, which Coturn's log keeps and fail2ban rules look for.
std::string_view reason_phrase(std::uint16_t error) {
  return error == 401 ? "Unauthorized" : stun::default_reason(static_cast<stun::ErrorCode>(error));
}

std::string processed(const turn::RequestAnswered& event, std::string_view method) {
  const turn::Session& session = event.session;
  std::string line =
      fmt::format("{}: realm <{}> user <{}>: incoming packet {} processed, ", label(session.id),
                  field(session.realm), user_field(session.user), method);
  if (event.error == 0) return line + "success";
  return line + fmt::format("error {}: {}", event.error, reason_phrase(event.error));
}

std::string refusal_words(const turn::RequestAnswered& event) {
  switch (event.refusal) {
    case credentials::Refusal::kUnknownUser:
      return "unknown user";
    case credentials::Refusal::kExpired:
      return fmt::format("credential expired {} s ago", event.expired_for_s);
    case credentials::Refusal::kMillisecondTimestamp:
      return "the time in the user name is in milliseconds, it must be seconds";
    case credentials::Refusal::kNoTimestamp:
      return "the user name holds no expiry time";
    case credentials::Refusal::kWrongPassword:
      return "wrong password";
    case credentials::Refusal::kAlgorithmNotAvailable:
      return "no key for the password algorithm of the request";
    case credentials::Refusal::kRevoked:
      return "the credential was revoked";
    case credentials::Refusal::kTooFarAhead:
      return "the credential expires later than max-credential-lifetime allows";
    case credentials::Refusal::kNotAskedYet:
    case credentials::Refusal::kStoreUnavailable:
      return "the user database cannot be reached";
  }
  return "refused";
}

std::string failure_words(const turn::RequestAnswered& event) {
  switch (event.auth) {
    case turn::AuthFailure::kNone:
      return "none";
    case turn::AuthFailure::kRefused:
      return refusal_words(event);
    case turn::AuthFailure::kWrongRealm:
      return fmt::format("wrong realm, ours is \"{}\"", field(event.session.realm));
    case turn::AuthFailure::kStaleNonce:
      return "stale nonce";
    case turn::AuthFailure::kForgedNonce:
      return "nonce is not ours";
  }
  return "refused";
}

/// A key was found and did not fit; otherwise there was none to try.
bool key_was_known(const turn::RequestAnswered& event) {
  return event.auth != turn::AuthFailure::kRefused ||
         event.refusal == credentials::Refusal::kWrongPassword ||
         event.refusal == credentials::Refusal::kRevoked ||
         event.refusal == credentials::Refusal::kAlgorithmNotAvailable;
}

std::string lifetime_words(seconds lifetime) {
  return lifetime.count() == 0 ? "deleted" : fmt::format("lifetime updated: {}", lifetime.count());
}

std::string_view close_words(turn::CloseReason reason) {
  switch (reason) {
    case turn::CloseReason::kExpired:
    case turn::CloseReason::kRefreshedToZero:  // Coturn ends it with its timer too
      return "allocation timeout";
    case turn::CloseReason::kClientGone:
      return "TCP connection closed by client (callback)";
    case turn::CloseReason::kRelaySocketLost:
    case turn::CloseReason::kKilled:
      return "general";
    case turn::CloseReason::kRevoked:
      return "credential revoked";
    case turn::CloseReason::kShutdown:
      return "Forceful shutdown";
  }
  return "general";
}

}  // namespace

std::string created(const turn::AllocationCreated& event, const TlsWords& tls) {
  return with_lifetime(event.session, "new", event.lifetime, tls);
}

std::string refreshed(const turn::AllocationRefreshed& event, const TlsWords& tls) {
  return with_lifetime(event.session, "refreshed", event.lifetime, tls);
}

std::string relay_address(const RelayedAddress& address) {
  return fmt::format("{}. Local relay addr: {}", family_name(address.value.ip),
                     address.value.to_string());
}

std::string answered(const turn::RequestAnswered& event) {
  return processed(event, event.error == 0 ? method_word(event.method) : "message");
}

std::string answered_method(const turn::RequestAnswered& event) {
  return processed(event, method_word(event.method));
}

std::string bad_credentials(const turn::RequestAnswered& event) {
  const std::string user = user_field(event.session.user);
  const std::string what = key_was_known(event)
                               ? fmt::format("user {} credentials are incorrect", user)
                               : fmt::format("Cannot find credentials of user <{}>", user);
  return fmt::format("{}: check_stun_auth: {}, client {}, reason: {}", label(event.session.id),
                     what, event.session.client.tuple.client.value.to_string(),
                     failure_words(event));
}

std::string permission(const turn::PermissionChanged& event) {
  return fmt::format("{}: peer {} {}", label(event.session.id), event.peer.to_string(),
                     lifetime_words(event.lifetime));
}

std::string channel(const turn::ChannelChanged& event) {
  return fmt::format("{}: peer {} {}", label(event.session.id), event.peer.value.to_string(),
                     lifetime_words(event.lifetime));
}

std::string usage(const turn::Session& session, const turn::Usage& usage) {
  return fmt::format("{}: usage: realm=<{}>, username=<{}>, rp={}, rb={}, sp={}, sb={}",
                     label(session.id), field(session.realm), user_field(session.user),
                     usage.received_packets, usage.received_bytes, usage.sent_packets,
                     usage.sent_bytes);
}

std::string peer_usage(const turn::Session& session, const turn::Usage& usage) {
  return fmt::format("{}: peer usage: realm=<{}>, username=<{}>, rp={}, rb={}, sp={}, sb={}",
                     label(session.id), field(session.realm), user_field(session.user),
                     usage.peer_received_packets, usage.peer_received_bytes,
                     usage.peer_sent_packets, usage.peer_sent_bytes);
}

turn::Session session_of(const turn::AllocationDeleted& event) {
  return {event.id, event.realm, event.user, event.client};
}

std::string closed(const turn::AllocationDeleted& event, std::string_view origin) {
  return fmt::format(
      "{}: closed (2nd stage), user <{}> realm <{}> origin <{}>, local {}, remote {}, reason: {}",
      label(event.id), user_field(event.user), field(event.realm), field(origin),
      event.client.tuple.server.value.to_string(), event.client.tuple.client.value.to_string(),
      close_words(event.reason));
}

std::string deleted(const turn::AllocationDeleted& event) {
  return fmt::format("{}: delete: realm=<{}>, username=<{}>", label(event.id), field(event.realm),
                     user_field(event.user));
}

std::string stream_connected(const ClientAddress& client) {
  return fmt::format("{}. tcp or tls connected to: {}", family_name(client.value.ip),
                     client.value.to_string());
}

std::string stream_closed(turn::SessionId id, const ClientAddress& client) {
  return fmt::format("{}: TCP socket closed remotely {}", label(id), client.value.to_string());
}

std::string allocation_count(bool incremented, std::uint64_t now) {
  return fmt::format("Global turn allocation count {}, now {}",
                     incremented ? "incremented" : "decremented", now);
}

}  // namespace turnpike::server::session_log
