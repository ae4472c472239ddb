#include "relay/turn/outbox.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace turnpike::turn {
namespace {

void reply(Outbox& outbox, std::uint8_t fill, std::size_t size) {
  const MutableBytes space = outbox.reply_space();
  ASSERT_EQ(space.size(), Outbox::kMaxReply);
  std::fill_n(space.begin(), size, fill);
  outbox.commit_reply({}, size);
}

TEST(Outbox, KeepsEffectsInOrder) {
  Outbox outbox;
  EXPECT_TRUE(outbox.empty());
  outbox.push(CloseRelaySocket{{1}});
  reply(outbox, 7, 3);
  ASSERT_EQ(outbox.effects().size(), 2U);
  EXPECT_TRUE(std::holds_alternative<CloseRelaySocket>(outbox.effects()[0]));
  const auto& send = std::get<SendToClient>(outbox.effects()[1]);
  EXPECT_EQ(outbox.bytes(send).size(), 3U);
  outbox.clear();
  EXPECT_TRUE(outbox.empty());
}

TEST(Outbox, RepliesKeepTheirBytesWhileItGrows) {
  Outbox outbox;
  for (std::uint8_t i = 0; i < 50; ++i) reply(outbox, i, Outbox::kMaxReply - i);
  for (std::uint8_t i = 0; i < 50; ++i) {
    const Bytes bytes = outbox.bytes(std::get<SendToClient>(outbox.effects()[i]));
    ASSERT_EQ(bytes.size(), Outbox::kMaxReply - i);
    EXPECT_TRUE(std::all_of(bytes.begin(), bytes.end(), [i](std::uint8_t b) { return b == i; }));
  }
}

TEST(Outbox, SpaceThatIsNotCommittedIsUsedAgain) {
  Outbox outbox;
  outbox.reply_space()[0] = 1;
  reply(outbox, 2, 1);
  EXPECT_EQ(outbox.bytes(std::get<SendToClient>(outbox.effects()[0]))[0], 2);
}

TEST(OutboxDeathTest, AReplyLargerThanItsSpaceIsABug) {
  Outbox outbox;
  outbox.reply_space();
  EXPECT_DEATH(outbox.commit_reply({}, Outbox::kMaxReply + 1), "kMaxReply");
}

}  // namespace
}  // namespace turnpike::turn
