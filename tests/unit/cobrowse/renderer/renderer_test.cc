#include "cobrowse/renderer/renderer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <future>

#include "renderer_world.h"

namespace turnpike::renderer {
namespace {

using boost::json::object;
using testing::HasSubstr;
using testing::Not;

using RendererTest = RendererWorld;

TEST_F(RendererTest, BeginsWithASizeAndRuns) {
  begin();
  const object frame = server_->wait_for_type("frame");
  EXPECT_EQ(http::to_json(frame), R"({"t":"frame","id":1,"width":640,"height":240})");
  EXPECT_EQ(server_->wait_for_type("renderer")["state"], "running");
  EXPECT_TRUE(server_->wait_for_type("stats").contains("kbps"));
}

struct WarmRendererTest : RendererTest {
  WarmRendererTest() { warm_ = true; }
};

TEST_F(WarmRendererTest, IsUpBeforeThereIsASessionAndTellsItsStateAgain) {
  EXPECT_EQ(server_->wait_for_type("renderer")["state"], "running");
  const std::size_t seen = server_->count();
  server_->say(R"({"t":"start","session":"a","start_url":"https://example.org"})");
  EXPECT_EQ(server_->wait_for_type("frame", seen)["width"], 640);
  EXPECT_EQ(server_->wait_for_type("renderer", seen)["state"], "running");
}

TEST_F(RendererTest, ServesWhoIsThereWhenTheServerComesBack) {
  begin();
  add_viewer(3);
  ASSERT_FALSE(server_->wait_for_type("offer").empty());
  add_viewer(4);
  server_->say(R"({"t":"drop","viewer":4})");
  server_->say(R"({"t":"viewer","viewer":5})");  // without servers: none
  add_viewer(6);
  const std::size_t seen = server_->count();
  ASSERT_FALSE(server_->wait_for_type("stats", seen).empty());
  const std::uint16_t port = server_->port();
  server_.reset();
  server_ = std::make_unique<ControlServer>(port);
  EXPECT_EQ(http::to_json(server_->wait_for_type("hello").at("viewers")), "[3,6]");
  EXPECT_FALSE(server_->wait_for_type("frame").empty()) << "it is told again";
  EXPECT_EQ(server_->wait_for_type("renderer")["state"], "running");
}

TEST_F(RendererTest, NonsenseIsLeftOut) {
  begin();
  for (const char* const one :
       {"{}", R"({"t":7})", R"({"t":"nav","do":"go","url":"https://x"})", R"({"t":"copy"})",
        R"({"t":"viewer","viewer":"x","ice_servers":7})", R"({"t":"drop","viewer":99})",
        R"({"t":"move","x":1,"y":1,"f":1})", R"({"t":"candidate","viewer":1})"}) {
    server_->say(one);
  }
  add_viewer(1);
  EXPECT_FALSE(server_->wait_for_type("offer").empty());
}

TEST_F(RendererTest, EndsOnce) {
  begin();
  server_->say(R"({"t":"end"})");
  server_->say(R"({"t":"end"})");
  EXPECT_FALSE(server_->wait_for_type("bye").empty());
  EXPECT_TRUE(has_ended());
  loop_.run([] {});
  EXPECT_EQ(ends_, 1);
}

TEST_F(RendererTest, EndsWithoutAServer) {
  renderer_.reset();
  url_ = "ftp://x/";
  start();
  EXPECT_TRUE(has_ended());
}

}  // namespace
}  // namespace turnpike::renderer
