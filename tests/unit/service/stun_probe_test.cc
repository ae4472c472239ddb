#include "service/stun_probe.h"

#include <gtest/gtest.h>

#include "tests/unit/service/fake_relay.h"

namespace turnpike::service {
namespace {

TEST(StunProbe, AnAnswerIsAnAnswer) {
  StunResponder responder;
  EXPECT_TRUE(answers_stun("127.0.0.1", responder.port(), milliseconds(2000)));
}

TEST(StunProbe, SilenceAndAnswersToOthersAreNone) {
  StunResponder responder;
  responder.silent = true;
  EXPECT_FALSE(answers_stun("127.0.0.1", responder.port(), milliseconds(100)));
  responder.silent = false;
  responder.with_wrong_id = true;
  EXPECT_FALSE(answers_stun("127.0.0.1", responder.port(), milliseconds(100)));
}

TEST(StunProbe, AClosedPortAndANameThatIsNoneAreNone) {
  std::uint16_t port = 0;
  { port = StunResponder().port(); }
  EXPECT_FALSE(answers_stun("127.0.0.1", port, milliseconds(200)));
  EXPECT_FALSE(answers_stun("relay.invalid", 3478, milliseconds(200)));
}

}  // namespace
}  // namespace turnpike::service
