#include "relay/server/event_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"

namespace turnpike::server {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Lines final : public log::Sink {
 public:
  Lines() { log::install(this); }
  ~Lines() override { log::install(nullptr); }
  void write(log::Level, std::string_view line) override { all.emplace_back(line); }
  std::vector<std::string> all;
};

const turn::Session kSession{.id = {7}, .realm = "r", .user = "alice", .client = {}};

Now at(int s) {
  return {MonotonicTime(seconds(s)), WallTime(seconds(1000 + s))};
}

turn::PeerDenied denial(std::string_view user, std::string_view range) {
  turn::PeerDenied event{.session = kSession, .peer = IpAddress::v4(10, 0, 0, 1), .decision = {}};
  event.session.user = user;
  event.decision = {
      .verdict = turn::PeerVerdict::kDeniedByDefault, .range = range, .canonical = event.peer};
  return event;
}

turn::RequestAnswered refused() {
  return {.session = kSession,
          .method = stun::Method::kAllocate,
          .error = 401,
          .auth = turn::AuthFailure::kRefused,
          .refusal = credentials::Refusal::kWrongPassword};
}

TEST(EventLog, ADenialIsToldOncePerUserAndRangeWithTheLineThatAllowsIt) {
  Lines lines;
  TrafficTotals totals(false);
  EventLog log({}, totals);
  log.write(at(0), denial("alice", "10.0.0.0/8"));
  log.write(at(1), denial("alice", "10.0.0.0/8"));
  EXPECT_THAT(lines.all, SizeIs(1));
  EXPECT_THAT(lines.all[0], HasSubstr("allowed-peer-ip=10.0.0.1"));
  log.write(at(2), denial("bob", "10.0.0.0/8"));
  log.write(at(2), denial("alice", "192.168.0.0/16"));
  EXPECT_THAT(lines.all, SizeIs(3));
}

TEST(EventLog, ADenialThatTheBudgetSwallowedIsToldLater) {
  Lines lines;
  TrafficTotals totals(false);
  EventLog log({}, totals);
  for (int i = 0; i < 1000; ++i) log.write(at(0), refused());
  log.write(at(0), denial("alice", "10.0.0.0/8"));
  EXPECT_THAT(lines.all, Not(Contains(HasSubstr("allowed-peer-ip"))));
  log.write(at(10), denial("alice", "10.0.0.0/8"));
  EXPECT_THAT(lines.all, Contains(HasSubstr("allowed-peer-ip=10.0.0.1")));
}

TEST(EventLog, AnOwnAddressHasItsOwnAdvice) {
  Lines lines;
  TrafficTotals totals(false);
  EventLog log({}, totals);
  turn::PeerDenied event = denial("alice", "");
  event.own_address = true;
  event.port = 22;
  log.write(at(0), event);
  EXPECT_THAT(lines.all, Contains(HasSubstr("own-peer-ports=22")));
}

TEST(EventLog, FailuresAreAlwaysLoggedWithinABudget) {
  Lines lines;
  TrafficTotals totals(false);
  EventLog log({}, totals);
  for (int i = 0; i < 1000; ++i) log.write(at(0), refused());
  EXPECT_GT(lines.all.size(), 50U);
  EXPECT_LT(lines.all.size(), 300U);
  EXPECT_EQ(log.suppressed(), 1000 - lines.all.size());
  log.write(at(10), refused());
  EXPECT_THAT(lines.all, Contains(HasSubstr("lines about refused requests were left out")));
}

TEST(EventLog, SessionLinesOnlyWhenVerbose) {
  Lines lines;
  TrafficTotals totals(false);
  turn::AllocationCreated created{.session = kSession, .allocation = {}, .lifetime = seconds(600)};
  EventLog quiet({}, totals);
  quiet.write(created, {});
  EXPECT_THAT(lines.all, IsEmpty());
  EventLog verbose({.verbose = true}, totals);
  verbose.write(created, {.cipher = "AES", .method = "TLSv1.3"});
  EXPECT_THAT(lines.all, Contains(HasSubstr("cipher=AES, method=TLSv1.3")));
}

TEST(EventLog, StreamsInCoturnsWords) {
  Lines lines;
  TrafficTotals totals(false);
  const ClientAddress client{{IpAddress::v4(192, 0, 2, 7), 5000}};
  EventLog quiet({}, totals);
  quiet.stream_opened(client);
  EXPECT_THAT(lines.all, IsEmpty());
  EventLog verbose({.verbose = true}, totals);
  verbose.stream_opened(client);
  verbose.stream_closed({1'000'000'000'000'007}, client);
  EXPECT_THAT(lines.all, Contains(HasSubstr("tcp or tls connected to: 192.0.2.7:5000")));
  EXPECT_THAT(
      lines.all,
      Contains(HasSubstr("session 001000000000000007: TCP socket closed remotely 192.0.2.7:5000")));
}

TEST(EventLog, BindingsOnlyWithLogBinding) {
  Lines lines;
  TrafficTotals totals(false);
  turn::RequestAnswered binding{.session = {}, .method = stun::Method::kBinding};
  EventLog verbose({.verbose = true}, totals);
  verbose.write(at(0), binding);
  EXPECT_THAT(lines.all, IsEmpty());
  EventLog with({.verbose = true, .log_binding = true}, totals);
  with.write(at(0), binding);
  EXPECT_THAT(lines.all, Contains(HasSubstr("BINDING")));
}

TEST(EventLog, TrafficIsCountedQuietOrNot) {
  TrafficTotals totals(false);
  EventLog log({}, totals);
  log.write(turn::AllocationCreated{.session = kSession, .allocation = {}}, {});
  turn::AllocationDeleted deleted;
  deleted.realm = "r";
  deleted.total.peer_sent_bytes = 42;
  log.write(deleted);
  EXPECT_EQ(totals.sum().peer_sent_bytes, 42U);
}

}  // namespace
}  // namespace turnpike::server
