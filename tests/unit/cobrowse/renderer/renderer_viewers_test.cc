#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/core/json.h"
#include "renderer_world.h"

namespace turnpike::renderer {
namespace {

using boost::json::object;
using testing::HasSubstr;
using testing::Not;
using RendererViewers = RendererWorld;

TEST_F(RendererViewers, AViewerGetsAnOfferOfPicturesAlone) {
  begin();
  add_viewer(7);
  const object offer = server_->wait_for_type("offer");
  ASSERT_FALSE(offer.empty());
  EXPECT_EQ(offer.at("viewer"), 7);
  const std::string sdp = http::text_of(offer, "sdp");
  EXPECT_THAT(sdp, HasSubstr("m=video"));
  EXPECT_THAT(sdp, HasSubstr("a=sendonly"));
  EXPECT_THAT(sdp, HasSubstr("a=fingerprint:sha-256 "));
  EXPECT_THAT(sdp, HasSubstr("VP8/90000"));
  EXPECT_THAT(sdp, Not(HasSubstr("m=audio")));
  EXPECT_THAT(sdp, Not(HasSubstr("typ host")));
  EXPECT_THAT(sdp, Not(HasSubstr("127.0.0.1:")));
}

TEST_F(RendererViewers, ABadAnswerLosesTheViewerAndNobodyElse) {
  begin();
  add_viewer(1);
  ASSERT_FALSE(server_->wait_for_type("offer").empty());
  server_->say(R"({"t":"answer","viewer":2,"sdp":"x"})");  // nobody
  server_->say(R"({"t":"answer","viewer":1,"sdp":"x"})");
  const object lost = server_->wait_for_type("lost");
  ASSERT_FALSE(lost.empty());
  EXPECT_EQ(lost.at("viewer"), 1);
  EXPECT_THAT(http::text_of(lost, "text"), HasSubstr("the answer: "));
  const std::size_t seen = server_->count();
  add_viewer(1);
  EXPECT_EQ(server_->wait_for_type("offer", seen)["viewer"], 1) << "he may come again";
}

// What the one before is told of does not touch the one who has taken the number.
TEST_F(RendererViewers, ANumberThatIsUsedAgainIsAnotherViewer) {
  begin();
  add_viewer(1);
  ASSERT_FALSE(server_->wait_for_type("offer").empty());
  const std::size_t seen = server_->count();
  server_->say(R"({"t":"answer","viewer":1,"sdp":"x"})");
  add_viewer(1);
  ASSERT_FALSE(server_->wait_for_type("offer", seen).empty());
  const std::size_t after = server_->count();
  server_->say(R"({"t":"answer","viewer":1,"sdp":"y"})");
  EXPECT_FALSE(server_->wait_for_type("lost", after).empty()) << "the second one was still there";
}

}  // namespace
}  // namespace turnpike::renderer
