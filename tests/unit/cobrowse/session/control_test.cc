#include "cobrowse/session/control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::cobrowse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum ControlEvent;

constexpr ParticipantId kVisitor{1}, kAgent{2}, kSecond{3}, kObserver{4}, kNobody{9};

class ControlTest : public testing::Test {
 protected:
  void start(ControlMode mode) {
    control_.emplace(ControlSettings{.mode = mode});
    control_->join(kVisitor, Role::kVisitor);
    control_->join(kAgent, Role::kAgent);
    control_->join(kSecond, Role::kAgent);
    control_->join(kObserver, Role::kObserver);
  }
  Now at(std::int64_t ms) const {
    return {MonotonicTime(milliseconds(100'000 + ms)), WallTime(milliseconds(ms))};
  }
  InputVerdict input(ParticipantId id, InputKind kind, std::int64_t ms = 0) {
    return control_->on_input(id, kind, at(ms));
  }
  std::vector<ControlEvent> events() {
    std::vector<ControlEvent> list;
    for (const ControlChange& change : control_->take_changes()) list.push_back(change.event);
    return list;
  }
  Control& control() { return *control_; }

 private:
  std::optional<Control> control_;
};

TEST_F(ControlTest, OneHolderAndOthersAsk) {
  start(ControlMode::kSingle);
  EXPECT_TRUE(control().request(kAgent, at(0)));
  EXPECT_EQ(control().holder(), kAgent);
  EXPECT_TRUE(control().request(kAgent, at(0)));
  EXPECT_TRUE(control().request(kSecond, at(0)));
  EXPECT_TRUE(control().request(kSecond, at(0)));
  EXPECT_THAT(control().waiting(), ElementsAre(kSecond));
  EXPECT_THAT(events(), ElementsAre(kGranted, kRequested));
  EXPECT_EQ(input(kAgent, InputKind::kKey), InputVerdict::kAccepted);
  EXPECT_EQ(input(kSecond, InputKind::kKey), InputVerdict::kNotHolder);
  EXPECT_TRUE(control().grant(kAgent, kSecond, at(0)));
  EXPECT_EQ(control().holder(), kSecond);
  const auto changes = control().take_changes();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].event, kReleased);
  EXPECT_TRUE(changes[0].release_keys) << "what the first one holds down comes up";
  EXPECT_EQ(changes[1].by, kAgent);
}

TEST_F(ControlTest, WhoMayNotIsRefused) {
  start(ControlMode::kSingle);
  EXPECT_EQ(control().request(kObserver, at(0)).error(), ControlRefusal::kNotAllowed);
  EXPECT_EQ(control().request(kNobody, at(0)).error(), ControlRefusal::kUnknown);
  EXPECT_EQ(input(kObserver, InputKind::kPress), InputVerdict::kViewOnly);
  EXPECT_EQ(input(kNobody, InputKind::kPress), InputVerdict::kUnknown);
  ASSERT_TRUE(control().request(kAgent, at(0)));
  ASSERT_TRUE(control().request(kSecond, at(0)));
  EXPECT_EQ(control().grant(kSecond, kSecond, at(0)).error(), ControlRefusal::kNotAllowed);
  EXPECT_EQ(control().deny(kSecond, kSecond).error(), ControlRefusal::kNotAllowed);
  EXPECT_EQ(control().grant(kAgent, kVisitor, at(0)).error(), ControlRefusal::kNoRequest);
  EXPECT_EQ(control().release(kSecond, at(0)).error(), ControlRefusal::kNotAllowed);
  EXPECT_EQ(control().take(kSecond, at(0)).error(), ControlRefusal::kNotAllowed);
  EXPECT_TRUE(control().deny(kAgent, kSecond));
  EXPECT_THAT(control().waiting(), IsEmpty());
  EXPECT_EQ(control().withdraw(kSecond).error(), ControlRefusal::kNoRequest);
  for (const auto refusal : {ControlRefusal::kUnknown, ControlRefusal::kNotAllowed,
                             ControlRefusal::kNoRequest, ControlRefusal::kFull}) {
    EXPECT_NE(control_refusal_text(refusal), "");
  }
}

TEST_F(ControlTest, TheVisitorTakesItBackAtOnce) {
  start(ControlMode::kSingle);
  ASSERT_TRUE(control().request(kAgent, at(0)));
  ASSERT_TRUE(control().request(kSecond, at(0)));
  input(kAgent, InputKind::kKey);
  control().take_changes();
  EXPECT_TRUE(control().take(kVisitor, at(1)));
  EXPECT_EQ(control().holder(), kVisitor);
  EXPECT_THAT(control().waiting(), ElementsAre(kSecond));
  const auto changes = control().take_changes();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].event, kTaken);
  EXPECT_EQ(changes[0].who, kAgent);
  EXPECT_EQ(changes[0].by, kVisitor);
  EXPECT_TRUE(changes[0].release_keys);
  EXPECT_EQ(input(kAgent, InputKind::kKey), InputVerdict::kNotHolder);
  EXPECT_TRUE(control().take(kVisitor, at(2)));
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(ControlTest, TakingEndsTheModesInWhichAgentsGoOn) {
  for (const ControlMode mode : {ControlMode::kShared, ControlMode::kAgentOnly}) {
    start(mode);
    EXPECT_EQ(input(kAgent, InputKind::kKey), InputVerdict::kAccepted);
    EXPECT_TRUE(control().take(kVisitor, at(1)));
    EXPECT_EQ(control().mode(), ControlMode::kSingle);
    EXPECT_EQ(control().holder(), kVisitor);
    EXPECT_EQ(input(kAgent, InputKind::kKey), InputVerdict::kNotHolder);
  }
  start(ControlMode::kViewOnly);
  EXPECT_EQ(control().take(kVisitor, at(1)).error(), ControlRefusal::kNotAllowed);
  EXPECT_EQ(input(kVisitor, InputKind::kPress), InputVerdict::kViewOnly);
}

TEST_F(ControlTest, AnIdleLeaseIsFreeOrPassedOn) {
  start(ControlMode::kSingle);
  ASSERT_TRUE(control().request(kAgent, at(0)));
  input(kAgent, InputKind::kPointer, 5000);
  EXPECT_EQ(control().next_deadline(), at(25'000).monotonic);
  control().on_deadline(at(24'999));
  EXPECT_EQ(control().holder(), kAgent);
  control().on_deadline(at(25'000));
  EXPECT_EQ(control().holder(), std::nullopt);
  EXPECT_EQ(control().next_deadline(), kNever);
  ASSERT_TRUE(control().request(kAgent, at(30'000)));
  ASSERT_TRUE(control().request(kSecond, at(30'000)));
  control().on_deadline(at(50'000));
  EXPECT_EQ(control().holder(), kSecond);
  EXPECT_THAT(events(), ElementsAre(kGranted, kIdle, kGranted, kRequested, kIdle, kGranted));
}

TEST_F(ControlTest, AFreeLeaseIsForWhoClicksFirst) {
  start(ControlMode::kSingle);
  EXPECT_EQ(input(kAgent, InputKind::kPointer), InputVerdict::kNotHolder) << "moving is no wish";
  EXPECT_EQ(input(kAgent, InputKind::kPress), InputVerdict::kAccepted);
  EXPECT_EQ(control().holder(), kAgent);
  start(ControlMode::kVisitorOnly);
  EXPECT_EQ(input(kAgent, InputKind::kPress), InputVerdict::kViewOnly);
  EXPECT_EQ(input(kVisitor, InputKind::kPress), InputVerdict::kAccepted);
}

TEST_F(ControlTest, WhoLeavesHoldsNothing) {
  start(ControlMode::kSingle);
  ASSERT_TRUE(control().request(kAgent, at(0)));
  ASSERT_TRUE(control().request(kSecond, at(0)));
  ASSERT_TRUE(control().request(kVisitor, at(0)));
  control().take_changes();
  control().leave(kSecond, at(1));
  EXPECT_THAT(events(), ElementsAre(kWithdrawn));
  control().leave(kAgent, at(2));
  EXPECT_THAT(events(), ElementsAre(kLeft, kGranted));
  EXPECT_EQ(control().holder(), kVisitor);
  control().leave(kNobody, at(2));
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(ControlTest, SharedPointersDoNotFight) {
  start(ControlMode::kShared);
  EXPECT_EQ(input(kVisitor, InputKind::kPointer, 0), InputVerdict::kAccepted);
  EXPECT_EQ(input(kAgent, InputKind::kPointer, 299), InputVerdict::kOwned);
  EXPECT_EQ(input(kAgent, InputKind::kPress, 299), InputVerdict::kOwned);
  EXPECT_EQ(input(kAgent, InputKind::kPress, 300), InputVerdict::kAccepted);
  // Who clicked last has the text focus.
  EXPECT_EQ(input(kAgent, InputKind::kKey, 310), InputVerdict::kAccepted);
  EXPECT_EQ(input(kVisitor, InputKind::kKey, 310), InputVerdict::kOwned);
  EXPECT_EQ(input(kVisitor, InputKind::kCommand, 310), InputVerdict::kAccepted);
  EXPECT_EQ(input(kVisitor, InputKind::kPress, 700), InputVerdict::kAccepted);
  EXPECT_EQ(input(kVisitor, InputKind::kKey, 710), InputVerdict::kAccepted);
  EXPECT_TRUE(control().request(kAgent, at(0)));
  EXPECT_THAT(events(), IsEmpty());
  control().leave(kVisitor, at(720));
  const auto changes = control().take_changes();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_TRUE(changes[0].release_keys);
  EXPECT_EQ(input(kAgent, InputKind::kKey, 730), InputVerdict::kAccepted);
}

TEST_F(ControlTest, ASensitiveFieldIsTheVisitorsAlone) {
  for (const ControlMode mode : {ControlMode::kShared, ControlMode::kSingle}) {
    start(mode);
    EXPECT_EQ(input(kAgent, InputKind::kPress, 0), InputVerdict::kAccepted);
    control().set_sensitive(true);
    for (const InputKind kind : {InputKind::kPress, InputKind::kKey, InputKind::kCommand}) {
      EXPECT_EQ(input(kAgent, kind, 10), InputVerdict::kSensitive);
    }
    EXPECT_EQ(input(kAgent, InputKind::kPointer, 10), InputVerdict::kAccepted);
    control().set_sensitive(false);
    EXPECT_EQ(input(kAgent, InputKind::kKey, 20), InputVerdict::kAccepted);
  }
}

TEST_F(ControlTest, WhoMayHoldSomethingLetsGoOfItAndClaimsNothing) {
  start(ControlMode::kSingle);
  EXPECT_EQ(input(kAgent, InputKind::kRelease), InputVerdict::kNotHolder);
  EXPECT_EQ(control().holder(), std::nullopt);
  EXPECT_EQ(input(kAgent, InputKind::kPress), InputVerdict::kAccepted);
  control().set_sensitive(true);
  EXPECT_EQ(input(kAgent, InputKind::kRelease, 10), InputVerdict::kAccepted) << "his own click";
  control().on_deadline(at(20'000));
  EXPECT_EQ(control().holder(), std::nullopt) << "it keeps no lease";
  EXPECT_EQ(input(kAgent, InputKind::kRelease, 20'010), InputVerdict::kNotHolder);
  start(ControlMode::kShared);
  EXPECT_EQ(input(kAgent, InputKind::kKey, 0), InputVerdict::kAccepted);
  EXPECT_EQ(input(kVisitor, InputKind::kPress, 400), InputVerdict::kAccepted);
  EXPECT_EQ(input(kAgent, InputKind::kRelease, 410), InputVerdict::kAccepted);
  EXPECT_EQ(input(kVisitor, InputKind::kKey, 420), InputVerdict::kAccepted) << "his focus";
}

TEST_F(ControlTest, ResetAndModeFreeEverything) {
  start(ControlMode::kSingle);
  ASSERT_TRUE(control().request(kAgent, at(0)));
  ASSERT_TRUE(control().request(kSecond, at(0)));
  input(kAgent, InputKind::kKey);
  control().take_changes();
  control().reset(at(1));
  EXPECT_EQ(control().holder(), std::nullopt);
  EXPECT_THAT(control().waiting(), IsEmpty());
  EXPECT_THAT(events(), ElementsAre(kTaken));
  input(kVisitor, InputKind::kKey);
  control().take_changes();
  control().set_mode(ControlMode::kAgentOnly);
  const auto changes = control().take_changes();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[1].who, kVisitor);
  EXPECT_TRUE(changes[1].release_keys);
  control().set_mode(ControlMode::kAgentOnly);
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(ControlTest, TheQueueIsBounded) {
  Control control({.mode = ControlMode::kSingle, .max_waiting = 2});
  for (std::uint32_t i = 1; i <= 4; ++i) control.join({i}, Role::kAgent);
  for (std::uint32_t i = 1; i <= 3; ++i) EXPECT_TRUE(control.request({i}, at(0)));
  EXPECT_EQ(control.request({4}, at(0)).error(), ControlRefusal::kFull);
}

}  // namespace
}  // namespace turnpike::cobrowse
