// How a tab's history is read, by whoever speaks for the browser; browser_commands_test.cc has it
// with a real one.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "fake_world.h"

namespace turnpike::browser {
namespace {

using boost::json::array;
using boost::json::object;

class BrowserHistory : public FakeWorld {
 protected:
  void move(const std::string& url) {
    devtools_.event("Page.navigatedWithinDocument", {{"frameId", "t"}, {"url", url}}, "s");
    settle();
  }
  /// Of a call for it; 0: there is none.
  std::int64_t asked(int patience_ms = 10'000) {
    const auto call = devtools_.next_call_of("Page.getNavigationHistory", patience_ms);
    return call ? call->at("id").as_int64() : 0;
  }
  void answer(std::int64_t id, const std::string& url) {
    const object before{{"url", "about:blank"}}, entry{{"url", url}};
    devtools_.answer(id, {{"currentIndex", 1}, {"entries", array{before, entry}}});
    ASSERT_TRUE(inbox_.wait_for([&] { return !later_.empty(); }));
  }
  void pass_time() {
    const auto work = std::exchange(later_, {});
    for (const auto& one : work) one();
  }
};

TEST_F(BrowserHistory, IsReadOnceAfterAnotherWithAPause) {
  const std::int64_t first = asked();
  ASSERT_NE(first, 0);
  for (int i = 0; i < 50; ++i) move("https://a.test/" + std::to_string(i));
  EXPECT_EQ(asked(100), 0);
  answer(first, "https://a.test/0");
  EXPECT_TRUE(page_.can_go_back);
  EXPECT_EQ(asked(100), 0);
  pass_time();
  const std::int64_t second = asked();
  ASSERT_NE(second, 0);
  answer(second, "https://a.test/49");
  pass_time();
  EXPECT_EQ(asked(100), 0) << "nothing has changed since";
  EXPECT_EQ(page_.url, "https://a.test/49");
  move("https://a.test/50");
  EXPECT_EQ(page_.url, "https://a.test/50");
  EXPECT_NE(asked(), 0);
}

TEST_F(BrowserHistory, WhatItSaidBeforeAMoveIsNoAddress) {
  const std::int64_t first = asked();
  answer(first, "https://a.test/0");
  pass_time();
  move("https://a.test/0#x");
  const std::int64_t second = asked();
  move("https://a.test/1");
  answer(second, "https://a.test/0");
  EXPECT_EQ(page_.url, "https://a.test/1");
}

TEST_F(BrowserHistory, OneThatCannotBeReadIsAskedForAgain) {
  const std::int64_t first = asked();
  move("https://a.test/0");
  devtools_.say("{\"id\":" + std::to_string(first) + R"(,"result":{"x":"\ud800"}})");
  ASSERT_TRUE(inbox_.wait_for([&] { return !later_.empty(); }));
  pass_time();
  EXPECT_NE(asked(), 0);
}

TEST_F(BrowserHistory, ALongAddressIsNoOtherOneEachTime) {
  const std::string url = "https://a.test/" + std::string(9000, 'x');
  const auto tell = [&](const std::string& title) {
    devtools_.event("Target.targetInfoChanged",
                    {{"targetInfo", object{{"targetId", "t"}, {"title", title}, {"url", url}}}});
    ASSERT_TRUE(inbox_.wait_for([&] { return page_.title == title; }));
  };
  const std::int64_t first = asked();
  answer(first, url);
  pass_time();
  EXPECT_EQ(page_.url.size(), Browser::kMaxUrl);
  for (const char* const title : {"one", "two"}) tell(title);
  EXPECT_EQ(asked(100), 0);
}

}  // namespace
}  // namespace turnpike::browser
