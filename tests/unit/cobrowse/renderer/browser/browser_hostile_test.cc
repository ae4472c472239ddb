// A browser that a hostile page has taken over, or that passes on what a page says: what it can do
// to whoever drives it has an end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_world.h"
#include "http/core/target.h"

namespace turnpike::browser {
namespace {

using boost::json::object;

using HostileTest = FakeWorld;

TEST_F(HostileTest, TabsAndNoticesAreBounded) {
  for (int i = 0; i < 200; ++i) attach("s" + std::to_string(i), "t" + std::to_string(i));
  settle();
  EXPECT_EQ(tabs_.size(), 2U);
  EXPECT_EQ(notices_.size(), 10U);
  EXPECT_EQ(notices_[0], "no more than 2 tabs");
}

TEST_F(HostileTest, OneTargetIsOneTab) {
  attach("s", "other");  // a session that there is
  attach("s3", "t");     // a target that there is
  attach("", "u");       // no session
  attach(std::string(5000, 's'), "v");
  attach("s4", std::string(5000, 'v'));
  settle();
  EXPECT_EQ(tabs_.size(), 1U);
  EXPECT_EQ(tabs_[0].id, "t");
}

TEST_F(HostileTest, TextsAreCutBetweenCharacters) {
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "€";
  devtools_.event("Target.targetInfoChanged",
                  {{"targetInfo", object{{"targetId", "t"}, {"title", "x" + many}}}});
  ASSERT_TRUE(inbox_.wait_for([this] { return page_.title.starts_with("x"); }));
  EXPECT_LE(page_.title.size(), 300U);
  EXPECT_GT(page_.title.size(), 290U);
  EXPECT_TRUE(http::is_utf8(page_.title));
  devtools_.event("Page.javascriptDialogOpening",
                  {{"type", "none"}, {"message", "x" + many}, {"defaultPrompt", "xx" + many}}, "s");
  ASSERT_TRUE(inbox_.wait_for([this] { return !dialogs_.empty(); }));
  EXPECT_EQ(dialogs_[0].kind, "alert") << "\"none\" is a word of our own";
  EXPECT_LE(dialogs_[0].text.size(), 2000U);
  EXPECT_TRUE(http::is_utf8(dialogs_[0].text));
  EXPECT_TRUE(http::is_utf8(dialogs_[0].default_text));
  devtools_.event("Browser.downloadWillBegin", {{"guid", "a"}, {"suggestedFilename", "xx" + many}});
  ASSERT_TRUE(inbox_.wait_for([this] { return !notices_.empty(); }));
  EXPECT_LE(notices_[0].size(), 360U);
  EXPECT_TRUE(http::is_utf8(notices_[0]));
}

TEST_F(HostileTest, WhatIsCopiedIsBounded) {
  std::string text;
  browser_->copy([&](const std::string& copied) { text = copied; });
  const auto world = devtools_.next_call_of("Page.createIsolatedWorld");
  ASSERT_TRUE(world);
  EXPECT_EQ(world->at("params").at("worldName"), "turnpike");
  devtools_.answer(world->at("id").as_int64(), {{"executionContextId", 7}});
  settle();
  const auto asked = devtools_.next_call_of("Runtime.evaluate");
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->at("params").at("contextId"), 7);
  std::string many;
  while (many.size() < 1 << 20) many += "€";
  devtools_.answer(asked->at("id").as_int64(), {{"result", object{{"value", "x" + many}}}});
  settle();
  EXPECT_LE(text.size(), 196'608U);
  EXPECT_GT(text.size(), 196'600U);
  EXPECT_TRUE(http::is_utf8(text));
}

TEST_F(HostileTest, AddressesAreBounded) {
  devtools_.event("Page.frameNavigated",
                  {{"frame", object{{"id", "f"}, {"url", "data:" + std::string(1 << 20, 'x')}}}},
                  "s");
  settle();
  EXPECT_EQ(page_.url.size(), 8192U);
  devtools_.event("Target.targetInfoChanged",
                  {{"targetInfo", object{{"targetId", "t"}, {"title", ""}}}});
  ASSERT_TRUE(inbox_.wait_for([this] { return page_.title.empty(); }));
  EXPECT_EQ(tabs_[0].title.size(), 300U);
}

TEST_F(HostileTest, SensitiveContextsAreThoseOfPagesThatThereAre) {
  const auto tell = [this](const std::string& session, int context, const char* payload) {
    devtools_.event(
        "Runtime.bindingCalled",
        {{"name", "turnpikeSensitive"}, {"payload", payload}, {"executionContextId", context}},
        session);
  };
  tell("nobody", 1, "1");
  settle();
  EXPECT_TRUE(sensitive_.empty());
  for (int i = 0; i < 600; ++i) tell("s", i, "1");
  settle();
  EXPECT_EQ(sensitive_, std::vector<bool>{true});
  devtools_.event("Runtime.executionContextsCleared", {}, "s");
  settle();
  EXPECT_EQ(sensitive_, (std::vector<bool>{true, false}));
}

TEST_F(HostileTest, FramesWithoutEndAreNotLetRun) {
  for (int i = 0; i < 600; ++i) attach("f" + std::to_string(i), "g" + std::to_string(i), "iframe");
  settle();
  int let_run = 0;
  while (devtools_.next_call_of("Runtime.runIfWaitingForDebugger", 200)) {
    ++let_run;
  }
  EXPECT_EQ(let_run, 501);  // with the page itself
}

TEST_F(HostileTest, APageThatAlwaysCrashesIsLeft) {
  for (int i = 0; i < 4; ++i) devtools_.event("Inspector.targetCrashed", {}, "s");
  settle();
  EXPECT_EQ(std::ranges::count(notices_, "the page has crashed and is loaded again"), 3);
  EXPECT_EQ(notices_.back(), "the page crashes again and again and was left");
  const auto left = devtools_.next_call_of("Page.navigate");
  ASSERT_TRUE(left);
  EXPECT_EQ(left->at("params").as_object().at("url"), "about:blank");
}

TEST_F(HostileTest, EventsOfNobodyAndOfNoSenseDoNothing) {
  for (const char* const method :
       {"Target.detachedFromTarget", "Fetch.requestPaused", "Runtime.bindingCalled",
        "Page.screencastFrame", "Runtime.executionContextDestroyed", "Page.frameNavigated",
        "Page.javascriptDialogClosed", "Target.attachedToTarget", "Target.targetInfoChanged"}) {
    devtools_.event(method, {}, "nobody");
    devtools_.event(method, {{"sessionId", 7}, {"targetInfo", "x"}, {"frame", 1}}, "nobody");
  }
  settle();
  EXPECT_EQ(tabs_.size(), 1U);
  EXPECT_TRUE(dialogs_.empty());
}

}  // namespace
}  // namespace turnpike::browser
