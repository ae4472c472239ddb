#include "cobrowse/renderer/rtc/candidate.h"

#include <gtest/gtest.h>

#include "cobrowse/renderer/rtc/limits.h"

namespace turnpike::rtc {
namespace {

constexpr const char* kRelay =
    "candidate:3745641921 1 udp 41885439 192.0.2.15 50123 typ relay raddr 10.1.2.3 rport 40000 "
    "generation 0 ufrag EsAw network-id 1";

TEST(Candidate, ReadsWhatChromiumSends) {
  const auto c = parse_candidate(kRelay);
  ASSERT_TRUE(c);
  EXPECT_EQ(c->foundation, "3745641921");
  EXPECT_EQ(c->component, 1);
  EXPECT_EQ(c->protocol, CandidateProtocol::kUdp);
  EXPECT_EQ(c->priority, 41885439U);
  EXPECT_EQ(c->address, "192.0.2.15");
  EXPECT_TRUE(c->is_ip);
  EXPECT_EQ(c->port, 50123);
  EXPECT_EQ(c->type, CandidateType::kRelay);
  EXPECT_EQ(c->related_address, "10.1.2.3");
  EXPECT_EQ(c->related_port, 40000);
  EXPECT_EQ(parse_candidate(std::string("a=") + kRelay), c);
}

TEST(Candidate, NoPrivateAddressIsWritten) {
  EXPECT_EQ(write_candidate(*parse_candidate(kRelay)),
            "candidate:3745641921 1 udp 41885439 192.0.2.15 50123 typ relay raddr 0.0.0.0 rport 0");
  const auto v6 =
      parse_candidate("candidate:1 1 UDP 7 2001:db8::1 9 typ srflx raddr fe80::1 rport 5");
  ASSERT_TRUE(v6);
  EXPECT_EQ(write_candidate(*v6), "candidate:1 1 udp 7 2001:db8::1 9 typ srflx raddr :: rport 0");
}

TEST(Candidate, HostAndTcp) {
  const char* text = "candidate:1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active";
  const auto c = parse_candidate(text);
  ASSERT_TRUE(c);
  EXPECT_EQ(c->tcp_type, "active");
  EXPECT_EQ(c->type, CandidateType::kHost);
  EXPECT_EQ(write_candidate(*c), text);
}

TEST(Candidate, AHostNameIsKeptAndSaidToBeOne) {
  const auto c = parse_candidate(
      "candidate:1 1 udp 2122260223 4f6f7c9d-1a2b-4c3d-8e4f-aabbccddeeff.local 51000 typ host");
  ASSERT_TRUE(c);
  EXPECT_FALSE(c->is_ip);
  EXPECT_EQ(c->address, "4f6f7c9d-1a2b-4c3d-8e4f-aabbccddeeff.local");
}

TEST(Candidate, WhatIsRefused) {
  const std::pair<const char*, CandidateError> rows[] = {
      {"", CandidateError::kSyntax},
      {"candidat:1 1 udp 1 192.0.2.1 9 typ host", CandidateError::kSyntax},
      {"candidate:1 1 udp 1 192.0.2.1 9 typ host\r\na=x", CandidateError::kSyntax},
      {"candidate:1-2 1 udp 1 192.0.2.1 9 typ host", CandidateError::kSyntax},
      {"candidate:1 0 udp 1 192.0.2.1 9 typ host", CandidateError::kSyntax},
      {"candidate:1 257 udp 1 192.0.2.1 9 typ host", CandidateError::kSyntax},
      {"candidate:1 1 udp 4294967296 192.0.2.1 9 typ host", CandidateError::kSyntax},
      {"candidate:1 1 udp 1 192.0.2.1 65536 typ host", CandidateError::kSyntax},
      {"candidate:1 1 udp 1 192.0.2.1 9 tip host", CandidateError::kSyntax},
      {"candidate:1 1 udp 1 192.0.2.1 9 typ host rport x", CandidateError::kSyntax},
      {"candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype x", CandidateError::kSyntax},
      {"candidate:1 1 ssltcp 1 192.0.2.1 9 typ host", CandidateError::kProtocol},
      {"candidate:1 1 udp 1 a;b 9 typ host", CandidateError::kAddress},
      {"candidate:1 1 udp 1 192.0.2.1 9 typ relay raddr a;b rport 1", CandidateError::kAddress},
      {"candidate:1 1 udp 1 192.0.2.1 9 typ token", CandidateError::kType},
  };
  for (const auto& [text, error] : rows) {
    const auto c = parse_candidate(text);
    ASSERT_FALSE(c) << text;
    EXPECT_EQ(c.error(), error) << text;
    EXPECT_FALSE(candidate_error_text(c.error()).empty());
  }
  const auto long_one = parse_candidate(kRelay + std::string(kMaxCandidateBytes, 'x'));
  ASSERT_FALSE(long_one);
  EXPECT_EQ(long_one.error(), CandidateError::kTooLong);
}

}  // namespace
}  // namespace turnpike::rtc
