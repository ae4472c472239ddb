#include "cobrowse/renderer/browser/cdp_pipe.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <thread>
#include <vector>

#include "fake_devtools.h"
#include "inbox.h"

namespace turnpike::browser {
namespace {

class CdpPipeTest : public testing::Test {
 protected:
  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);
    pipe_ = std::make_unique<CdpPipe>(
        devtools_.take_read_fd(), devtools_.take_write_fd(),
        CdpPipe::Events{
            .deliver = [this](std::function<void()> work) { inbox_.post(work); },
            .on_event =
                [this](const std::string& method, const CdpPipe::Object&,
                       const std::string& session) { events_.push_back(session + "/" + method); },
            .on_closed = [this](const std::string& why) { closed_.push_back(why); }});
  }

  FakeDevtools devtools_;
  Inbox inbox_;
  std::vector<std::string> events_, closed_;
  std::unique_ptr<CdpPipe> pipe_;
};

TEST_F(CdpPipeTest, AnswersFindTheirCalls) {
  std::vector<std::string> results;
  for (int i = 0; i < 3; ++i) {
    pipe_->call({"Some.call", {{"n", i}}}, i == 2 ? "s" : "",
                [&, i](const Result<CdpPipe::Object, std::string>& result) {
                  results.push_back(std::to_string(i) + (result ? " good" : result.error()));
                });
  }
  auto call = devtools_.next_call();
  ASSERT_TRUE(call);
  EXPECT_EQ((*call)["id"], 1);
  EXPECT_EQ((*call)["method"], "Some.call");
  EXPECT_FALSE(call->contains("sessionId"));
  ASSERT_TRUE(devtools_.next_call());
  call = devtools_.next_call();
  ASSERT_TRUE(call);
  EXPECT_EQ((*call)["sessionId"], "s");
  devtools_.answer(3, {});
  devtools_.say(R"({"id":1,"error":{"message":" no"}})");
  devtools_.say(R"({"id":2,"error":"?"})");
  devtools_.answer(2, {});     // a second time
  devtools_.answer(-7, {});    // never called
  devtools_.answer(4711, {});  // never called
  ASSERT_TRUE(inbox_.wait_for([&] { return results.size() == 3; }));
  EXPECT_EQ(results, (std::vector<std::string>{"2 good", "0 no", "1refused"}));
}

TEST_F(CdpPipeTest, EventsComeInOrderHoweverTheyAreCut) {
  devtools_.say_bytes(R"({"method":"A.b","par)");
  std::this_thread::sleep_for(milliseconds(20));
  std::string rest = R"(ams":{},"sessionId":"s"})";
  rest += '\0';
  rest += R"({"method":"C.d"})";
  rest += '\0';
  devtools_.say_bytes(rest);
  ASSERT_TRUE(inbox_.wait_for([this] { return events_.size() == 2; }));
  EXPECT_EQ(events_, (std::vector<std::string>{"s/A.b", "/C.d"}));
}

// A page has a say in what is in a message: a lone surrogate in a string is no JSON.
TEST_F(CdpPipeTest, WhatMakesNoSenseIsLeftOut) {
  for (int i = 0; i < 500; ++i) devtools_.say(R"({"method":"A.b","params":{"x":"\ud800"}})");
  devtools_.say("");
  devtools_.say("[]");
  devtools_.say(R"({"method":1})");
  devtools_.say(R"({"method":"A.b","sessionId":{}})");
  devtools_.say(std::string(100'000, '['));
  devtools_.event("C.d", {});
  ASSERT_TRUE(inbox_.wait_for([this] { return !events_.empty(); }));
  EXPECT_EQ(events_, (std::vector<std::string>{"/C.d"}));
  EXPECT_TRUE(closed_.empty());
}

TEST_F(CdpPipeTest, AMessageThatIsTooLongIsLeftOut) {
  const std::string part(1 << 20, 'x');
  devtools_.say_bytes(R"({"method":"Too.long","params":{"x":")");
  for (std::size_t sent = 0; sent <= CdpPipe::kMaxMessageBytes; sent += part.size()) {
    ASSERT_TRUE(devtools_.say_bytes(part));
  }
  devtools_.say(R"("}})");
  devtools_.event("C.d", {});
  ASSERT_TRUE(inbox_.wait_for([this] { return !events_.empty(); }));
  EXPECT_EQ(events_, (std::vector<std::string>{"/C.d"}));
  EXPECT_TRUE(closed_.empty());
}

TEST_F(CdpPipeTest, ACallWhoseAnswerCannotBeReadWaitsNoLonger) {
  std::vector<std::string> results;
  for (int i = 0; i < 2; ++i) {
    pipe_->call({"Some.call"}, "", [&](const Result<CdpPipe::Object, std::string>& result) {
      results.push_back(result ? "good" : result.error());
    });
  }
  const std::string part(1 << 20, 'x');
  devtools_.say_bytes(R"({"id":1,"result":{"x":")");
  for (std::size_t sent = 0; sent <= CdpPipe::kMaxMessageBytes; sent += part.size()) {
    ASSERT_TRUE(devtools_.say_bytes(part));
  }
  devtools_.say(R"("}})");
  devtools_.say(R"({"id":2,"result":{"x":"\ud800"}})");
  devtools_.say(R"({"id":x)");
  devtools_.say(R"({"id":4711,"result":7)");
  ASSERT_TRUE(inbox_.wait_for([&] { return results.size() == 2; }));
  EXPECT_EQ(results, std::vector<std::string>(2, "the answer cannot be read"));
}

TEST_F(CdpPipeTest, WhatAPageWritesToItsConsoleIsNotEvenRead) {
  devtools_.event("Runtime.consoleAPICalled", {}, "s");
  devtools_.event("Runtime.exceptionThrown", {}, "s");
  devtools_.event("C.d", {});
  ASSERT_TRUE(inbox_.wait_for([this] { return !events_.empty(); }));
  EXPECT_EQ(events_, (std::vector<std::string>{"/C.d"}));
}

// Nobody takes what is delivered: reading stops, and goes on later.
TEST_F(CdpPipeTest, AFloodOfEventsWaitsInTheBrowser) {
  static constexpr std::size_t kEvents = CdpPipe::kMaxDelivered * 3;
  std::thread flood([this] {
    for (std::size_t i = 0; i < kEvents; ++i) devtools_.say(R"({"method":"A.b"})");
  });
  for (int i = 0; i < 500 && inbox_.waiting() < CdpPipe::kMaxDelivered; ++i) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  std::this_thread::sleep_for(milliseconds(100));
  // What one read has brought may come on top.
  EXPECT_GE(inbox_.waiting(), CdpPipe::kMaxDelivered);
  EXPECT_LT(inbox_.waiting(), CdpPipe::kMaxDelivered + 65536 / 10);
  EXPECT_TRUE(inbox_.wait_for([this] { return events_.size() == kEvents; }));
  flood.join();
}

TEST_F(CdpPipeTest, AnEndIsToldOnceAndCallsAreForgotten) {
  bool answered = false;
  pipe_->call({"Some.call"}, "", [&](const auto&) { answered = true; });
  ASSERT_TRUE(devtools_.next_call());
  devtools_.hang_up();
  ASSERT_TRUE(inbox_.wait_for([this] { return !closed_.empty(); }));
  EXPECT_EQ(closed_, (std::vector<std::string>{"it has ended"}));
  pipe_->call({"Some.call"}, "", [&](const auto&) { answered = true; });
  EXPECT_FALSE(inbox_.wait_for([&] { return answered || closed_.size() > 1; }, milliseconds(50)));
}

TEST_F(CdpPipeTest, ABrowserThatNeverAnswersIsGivenUp) {
  for (std::size_t i = 0; i <= CdpPipe::kMaxPending; ++i) {
    pipe_->call({"Some.call"}, "", [](const auto&) {});
  }
  ASSERT_TRUE(inbox_.wait_for([this] { return !closed_.empty(); }));
  EXPECT_EQ(closed_[0], "it takes no commands any more");
}

TEST_F(CdpPipeTest, ABrowserThatReadsNothingIsGivenUp) {
  const std::string text(1 << 20, 'x');
  for (std::size_t sent = 0; sent <= CdpPipe::kMaxQueuedBytes + text.size(); sent += text.size()) {
    pipe_->call({"Some.call", {{"text", text}}});
  }
  ASSERT_TRUE(inbox_.wait_for([this] { return !closed_.empty(); }));
  EXPECT_EQ(closed_[0], "it takes no commands any more");
}

}  // namespace
}  // namespace turnpike::browser
