#include "cobrowse/renderer/peer/relay_proof.h"

#include <gtest/gtest.h>

namespace turnpike::peer {
namespace {

using Verdict = RelayProof::Verdict;

const ice::SelectedPair kRelayed{.local = "relay", .remote = "relay"};
const ice::SelectedPair kMet{.local = "relay", .remote = "prflx"};

MonotonicTime at(std::int64_t ms) {
  return MonotonicTime(seconds(9) + milliseconds(ms));
}

TEST(RelayProof, OnlyFromRelayToRelay) {
  EXPECT_EQ(RelayProof().judge(kRelayed, at(0)), Verdict::kRelayed);
  for (const char* const other : {"host", "srflx", "prflx", ""}) {
    EXPECT_EQ(RelayProof().judge(ice::SelectedPair{other, "relay"}, at(0)), Verdict::kRefused);
    EXPECT_EQ(RelayProof().judge(ice::SelectedPair{other, "prflx"}, at(0)), Verdict::kRefused);
  }
  for (const char* const other : {"host", "srflx", ""}) {
    EXPECT_EQ(RelayProof().judge(ice::SelectedPair{"relay", other}, at(0)), Verdict::kRefused);
  }
}

TEST(RelayProof, WhatWasMetFirstIsWaitedFor) {
  RelayProof proof;
  EXPECT_EQ(proof.judge(kMet, at(0)), Verdict::kUnknown);
  EXPECT_EQ(proof.judge(kMet, at(1999)), Verdict::kUnknown);
  EXPECT_EQ(proof.judge(kRelayed, at(1999)), Verdict::kRelayed);
  EXPECT_EQ(proof.judge(kMet, at(60'000)), Verdict::kUnknown) << "it may change at any time";
  EXPECT_EQ(proof.judge(kRelayed, at(61'000)), Verdict::kRelayed);
}

TEST(RelayProof, ButNotForLong) {
  RelayProof proof;
  EXPECT_EQ(proof.judge(kMet, at(0)), Verdict::kUnknown);
  EXPECT_EQ(proof.judge(std::nullopt, at(1000)), Verdict::kUnknown);
  EXPECT_EQ(proof.judge(kMet, at(2000)), Verdict::kRefused);
  RelayProof none;
  EXPECT_EQ(none.judge(std::nullopt, at(0)), Verdict::kUnknown);
  EXPECT_EQ(none.judge(std::nullopt, at(2000)), Verdict::kRefused);
}

TEST(RelayProof, WhatTurnsOutToBeNoneIsRefusedAtOnce) {
  RelayProof proof;
  EXPECT_EQ(proof.judge(kRelayed, at(0)), Verdict::kRelayed);
  EXPECT_EQ(proof.judge(ice::SelectedPair{"relay", "host"}, at(1)), Verdict::kRefused);
}

}  // namespace
}  // namespace turnpike::peer
