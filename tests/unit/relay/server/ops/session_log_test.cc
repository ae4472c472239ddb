#include "relay/server/ops/session_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::server {
namespace {

using credentials::Refusal;
using turn::AuthFailure;

constexpr turn::SessionId kId{1'000'000'000'000'001};  // shard 1, its first session

turn::ClientPath client_path() {
  turn::ClientPath path;
  path.tuple.client = {*Endpoint::parse("203.0.113.5:40000")};
  path.tuple.server = {*Endpoint::parse("198.51.100.1:3478")};
  return path;
}

turn::Session session(std::string_view user = "U", std::string_view realm = "R") {
  return {kId, realm, user, client_path()};
}

turn::RequestAnswered answered(stun::Method method, std::uint16_t error = 0) {
  turn::RequestAnswered event;
  event.session = session();
  event.method = method;
  event.error = error;
  return event;
}

turn::AllocationDeleted deletion(turn::CloseReason reason) {
  turn::AllocationDeleted event;
  event.id = kId;
  event.realm = "R";
  event.user = "U";
  event.client = client_path();
  event.reason = reason;
  return event;
}

TEST(SessionLog, NewAllocation) {
  turn::AllocationCreated event;
  event.session = session();
  event.lifetime = seconds(600);
  EXPECT_EQ(session_log::created(event, {}),
            "session 001000000000000001: new, realm=<R>, username=<U>, lifetime=600");
  EXPECT_EQ(session_log::created(event, {"C", "TLSv1.3"}),
            "session 001000000000000001: new, realm=<R>, username=<U>, lifetime=600, cipher=C, "
            "method=TLSv1.3");
}

TEST(SessionLog, RelayAddress) {
  EXPECT_EQ(session_log::relay_address({*Endpoint::parse("127.0.0.1:41001")}),
            "IPv4. Local relay addr: 127.0.0.1:41001");
  EXPECT_EQ(session_log::relay_address({*Endpoint::parse("[2001:db8::1]:41001")}),
            "IPv6. Local relay addr: [2001:db8::1]:41001");
}

TEST(SessionLog, Refresh) {
  turn::AllocationRefreshed event{session(), seconds(600)};
  EXPECT_EQ(session_log::refreshed(event, {}),
            "session 001000000000000001: refreshed, realm=<R>, username=<U>, lifetime=600");
}

TEST(SessionLog, Requests) {
  const std::pair<stun::Method, const char*> words[] = {
      {stun::Method::kAllocate, "ALLOCATE"},
      {stun::Method::kRefresh, "REFRESH"},
      {stun::Method::kCreatePermission, "CREATE_PERMISSION"},
      {stun::Method::kChannelBind, "CHANNEL_BIND"},
      {stun::Method::kBinding, "BINDING"},
      {stun::Method::kConnect, "CONNECT"},
      {stun::Method::kConnectionBind, "CONNECTION_BIND"}};
  for (const auto& [method, word] : words) {
    EXPECT_EQ(session_log::answered(answered(method)),
              std::string("session 001000000000000001: realm <R> user <U>: incoming packet ") +
                  word + " processed, success");
  }
}

TEST(SessionLog, FailedRequests) {
  EXPECT_EQ(session_log::answered(answered(stun::Method::kAllocate, 401)),
            "session 001000000000000001: realm <R> user <U>: incoming packet message processed, "
            "error 401: Unauthorized");
  const auto forbidden = answered(stun::Method::kCreatePermission, 403);
  EXPECT_EQ(session_log::answered_method(forbidden),
            "session 001000000000000001: realm <R> user <U>: incoming packet CREATE_PERMISSION "
            "processed, error 403: Forbidden");
  EXPECT_EQ(session_log::answered(forbidden),
            "session 001000000000000001: realm <R> user <U>: incoming packet message processed, "
            "error 403: Forbidden");
}

TEST(SessionLog, RequestsBeforeASession) {
  turn::RequestAnswered event;
  event.error = 401;
  EXPECT_EQ(session_log::answered(event),
            "session 000000000000000000: realm <> user <>: incoming packet message processed, "
            "error 401: Unauthorized");
}

TEST(SessionLog, PermissionsAndChannels) {
  const IpAddress peer = *IpAddress::parse("8.8.8.8");
  EXPECT_EQ(session_log::permission({session(), peer, seconds(300)}),
            "session 001000000000000001: peer 8.8.8.8 lifetime updated: 300");
  EXPECT_EQ(session_log::permission({session(), peer, seconds(0)}),
            "session 001000000000000001: peer 8.8.8.8 deleted");
  const PeerAddress address{*Endpoint::parse("8.8.8.8:53")};
  EXPECT_EQ(session_log::channel({session(), address, 0x4000, seconds(600)}),
            "session 001000000000000001: peer 8.8.8.8:53 lifetime updated: 600");
  EXPECT_EQ(session_log::channel({session(), address, 0x4000, seconds(0)}),
            "session 001000000000000001: peer 8.8.8.8:53 deleted");
}

TEST(SessionLog, Usage) {
  const turn::Usage usage{.received_packets = 4,
                          .received_bytes = 428,
                          .sent_packets = 5,
                          .sent_bytes = 224,
                          .peer_received_packets = 1,
                          .peer_received_bytes = 2,
                          .peer_sent_packets = 3,
                          .peer_sent_bytes = 5'000'000'000};
  EXPECT_EQ(session_log::usage(session(), usage),
            "session 001000000000000001: usage: realm=<R>, username=<U>, rp=4, rb=428, sp=5, "
            "sb=224");
  EXPECT_EQ(session_log::peer_usage(session(), usage),
            "session 001000000000000001: peer usage: realm=<R>, username=<U>, rp=1, rb=2, sp=3, "
            "sb=5000000000");
}

TEST(SessionLog, Close) {
  EXPECT_EQ(session_log::closed(deletion(turn::CloseReason::kExpired), ""),
            "session 001000000000000001: closed (2nd stage), user <U> realm <R> origin <>, local "
            "198.51.100.1:3478, remote 203.0.113.5:40000, reason: allocation timeout");
  EXPECT_EQ(session_log::deleted(deletion(turn::CloseReason::kExpired)),
            "session 001000000000000001: delete: realm=<R>, username=<U>");
}

TEST(SessionLog, CloseReasonsAreCoturns) {
  const std::pair<turn::CloseReason, const char*> words[] = {
      {turn::CloseReason::kExpired, "allocation timeout"},
      {turn::CloseReason::kRefreshedToZero, "allocation timeout"},
      {turn::CloseReason::kClientGone, "TCP connection closed by client (callback)"},
      {turn::CloseReason::kRelaySocketLost, "general"},
      {turn::CloseReason::kKilled, "general"},
      {turn::CloseReason::kRevoked, "credential revoked"},
      {turn::CloseReason::kShutdown, "Forceful shutdown"}};
  for (const auto& [reason, word] : words) {
    EXPECT_THAT(session_log::closed(deletion(reason), "o"),
                testing::EndsWith(std::string("reason: ") + word));
  }
}

TEST(SessionLog, TheEndedSessionHasItsNames) {
  const auto event = deletion(turn::CloseReason::kExpired);
  const turn::Session ended = session_log::session_of(event);
  EXPECT_EQ(ended.id, kId);
  EXPECT_EQ(ended.realm, "R");
  EXPECT_EQ(ended.user, "U");
  EXPECT_EQ(ended.client.tuple, event.client.tuple);
}

TEST(SessionLog, BadCredentialsNameTheClientAndTheReason) {
  const auto line = [](AuthFailure auth, Refusal refusal) {
    auto event = answered(stun::Method::kAllocate, 401);
    event.auth = auth;
    event.refusal = refusal;
    event.expired_for_s = 35;
    return session_log::bad_credentials(event);
  };
  const std::string unknown =
      "session 001000000000000001: check_stun_auth: Cannot find credentials of user <U>, client "
      "203.0.113.5:40000, reason: ";
  const std::string wrong =
      "session 001000000000000001: check_stun_auth: user U credentials are incorrect, client "
      "203.0.113.5:40000, reason: ";
  EXPECT_EQ(line(AuthFailure::kRefused, Refusal::kUnknownUser), unknown + "unknown user");
  EXPECT_EQ(line(AuthFailure::kRefused, Refusal::kExpired),
            unknown + "credential expired 35 s ago");
  EXPECT_EQ(line(AuthFailure::kRefused, Refusal::kMillisecondTimestamp),
            unknown + "the time in the user name is in milliseconds, it must be seconds");
  EXPECT_EQ(line(AuthFailure::kRefused, Refusal::kNoTimestamp),
            unknown + "the user name holds no expiry time");
  EXPECT_EQ(line(AuthFailure::kRefused, Refusal::kWrongPassword), wrong + "wrong password");
  EXPECT_EQ(line(AuthFailure::kRefused, Refusal::kAlgorithmNotAvailable),
            wrong + "no key for the password algorithm of the request");
  EXPECT_EQ(line(AuthFailure::kWrongRealm, {}), wrong + "wrong realm, ours is \"R\"");
  EXPECT_EQ(line(AuthFailure::kStaleNonce, {}), wrong + "stale nonce");
  EXPECT_EQ(line(AuthFailure::kForgedNonce, {}), wrong + "nonce is not ours");
}

TEST(SessionLog, StreamsAndCounts) {
  const ClientAddress client{*Endpoint::parse("[2001:db8::7]:40000")};
  EXPECT_EQ(session_log::stream_connected(client),
            "IPv6. tcp or tls connected to: [2001:db8::7]:40000");
  EXPECT_EQ(session_log::stream_closed(kId, client),
            "session 001000000000000001: TCP socket closed remotely [2001:db8::7]:40000");
  EXPECT_EQ(session_log::allocation_count(true, 1),
            "Global turn allocation count incremented, now 1");
  EXPECT_EQ(session_log::allocation_count(false, 0),
            "Global turn allocation count decremented, now 0");
}

// What clients name themselves must not become a format, a second line or a further field.
TEST(SessionLog, NamesAreJustText) {
  turn::AllocationCreated event;
  event.session = session("%n%s{}", "r>, username=<admin>\nsession");
  event.lifetime = seconds(600);
  EXPECT_EQ(session_log::created(event, {}),
            "session 001000000000000001: new, realm=<r\\x3e, "
            "username=\\x3cadmin\\x3e\\x0asession>, username=<%n%s{}>, lifetime=600");

  auto failed = answered(stun::Method::kAllocate, 401);
  failed.session = session("%n%s\r\n", "R");
  failed.auth = AuthFailure::kRefused;
  failed.refusal = Refusal::kWrongPassword;
  EXPECT_THAT(session_log::bad_credentials(failed),
              testing::HasSubstr("user %n%s\\x0d\\x0a credentials are incorrect"));

  EXPECT_THAT(session_log::closed(deletion(turn::CloseReason::kExpired), "<x\x1b>"),
              testing::HasSubstr("origin <\\x3cx\\x1b\\x3e>"));
}

TEST(SessionLog, TheLongestNameIsWhole) {
  const std::string user(508, 'u');
  const std::string line = session_log::usage(session(user), {});
  EXPECT_THAT(line, testing::HasSubstr("username=<" + user + ">"));
}

}  // namespace
}  // namespace turnpike::server
