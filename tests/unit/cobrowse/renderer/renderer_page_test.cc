#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "fake_browser.h"
#include "renderer_world.h"

namespace turnpike::renderer {
namespace {

using boost::json::object;

/// With a browser that the test speaks for.
class RendererPage : public RendererWorld {
 protected:
  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    ::chmod(folder_.c_str(), 0711);
    browser_.emplace(folder_);
  }
  Orders orders() const override {
    Orders wanted = RendererWorld::orders();
    wanted.capture = CaptureKind::kCdp;
    wanted.browser = browser_->program();
    wanted.allow_unsandboxed = true;
    wanted.memory_mb = 0;
    wanted.tick = tick_;
    if (::geteuid() == 0) wanted.uid = 61'240;
    return wanted;
  }
  void run() {
    start();
    begin();
    ASSERT_TRUE(browser_->begin());
    ASSERT_EQ(server_->wait_for_type("renderer")["state"], "running");
  }
  browser::FakeDevtools& devtools() { return browser_->devtools(); }
  void focus(bool sensitive) {
    devtools().event("Runtime.bindingCalled",
                     {{"name", "turnpikeSensitive"},
                      {"payload", sensitive ? "1" : "0"},
                      {"executionContextId", 1}},
                     "s");
  }
  void ask_people() {
    const std::size_t before = server_->count();
    focus(true);
    devtools().event("Page.javascriptDialogOpening", {{"type", "alert"}}, "s");
    devtools().event("Page.fileChooserOpened", {{"mode", "selectSingle"}, {"backendNodeId", 7}},
                     "s");
    ASSERT_TRUE(comes(R"({"t":"chooser","multiple":false})", before));
  }
  /// Whether a message with that in it is among those from number `from` on, soon.
  bool comes(const std::string& text, std::size_t from) {
    const auto has_it = [&](const std::string& message) {
      return message.find(text) != std::string::npos;
    };
    for (int i = 0; i < 2000; ++i) {
      const auto messages = server_->wait_for(from);
      if (std::any_of(messages.begin() + static_cast<std::ptrdiff_t>(from), messages.end(), has_it))
        return true;
      std::this_thread::sleep_for(milliseconds(10));
    }
    return false;
  }
  /// What has been said with that type, in short.
  std::string said(std::string_view type) {
    std::string all;
    for (const std::string& text : server_->wait_for(0)) {
      const auto message = http::parse_json_object(text);
      if (!message || http::text_of(*message, "t") != type) continue;
      all += http::to_json(*message);
    }
    return all;
  }

  std::optional<FakeBrowser> browser_;
  milliseconds tick_{2000};
};

TEST_F(RendererPage, WhatABrowserAskedIsTakenBackWhenItEnds) {
  run();
  ask_people();
  const std::size_t seen = server_->count();
  browser_->die();
  EXPECT_EQ(server_->wait_for_type("sensitive", seen)["on"], false);
  EXPECT_EQ(server_->wait_for_type("dialog", seen)["kind"], "none");
  EXPECT_EQ(server_->wait_for_type("chooser", seen)["kind"], "none");
  ASSERT_TRUE(browser_->begin());
  EXPECT_EQ(said("chooser"), R"({"t":"chooser","multiple":false}{"t":"chooser","kind":"none"})")
      << "once";
  // The new one begins anew.
  ask_people();
  EXPECT_TRUE(said("sensitive").ends_with(R"({"t":"sensitive","on":true})")) << said("sensitive");
}

TEST_F(RendererPage, AChooserThatIsAnsweredIsGone) {
  run();
  ask_people();
  const std::size_t seen = server_->count();
  server_->say(R"({"t":"files","viewer":1,"documents":[]})");
  EXPECT_EQ(server_->wait_for_type("chooser", seen)["kind"], "none");
}

TEST_F(RendererPage, AFocusThatGoesToAndFroIsNoFlood) {
  run();
  for (int i = 0; i < 500; ++i) {
    focus(true);
    focus(false);
  }
  ask_people();  // it is in the field again
  EXPECT_LT(said("sensitive").size(), 500U) << said("sensitive");
  EXPECT_TRUE(said("sensitive").ends_with(R"("on":true})")) << said("sensitive");
  const std::size_t seen = server_->count();
  focus(false);
  EXPECT_EQ(server_->wait_for_type("sensitive", seen)["on"], false);
}

TEST_F(RendererPage, AnAddressThatIsTooLongIsNotKept) {
  run();
  const auto go_to = [this](const std::string& url) {
    const std::size_t before = server_->count();
    devtools().event("Page.frameNavigated", {{"frame", object{{"id", "t"}, {"url", url}}}}, "s");
    ASSERT_TRUE(browser_->is_at(url));
    ASSERT_TRUE(comes("\"url\":\"" + url.substr(0, 100), before));
  };
  go_to("https://a.test/short");
  go_to("https://a.test/" + std::string(9000, 'x'));
  browser_->die();
  ASSERT_TRUE(browser_->begin());
  const auto opened = devtools().next_call_of("Page.navigate");
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->at("params").at("url"), "https://a.test/short");
}

TEST_F(RendererPage, ABrowserThatAnswersNothingIsStartedAgain) {
  tick_ = milliseconds(100);
  start();
  begin();
  // Not while it is being started.
  std::this_thread::sleep_for(tick_ * 15);
  EXPECT_EQ(said("renderer"), "");
  ASSERT_TRUE(browser_->begin());
  // As long as it answers it is one that works.
  for (int i = 0; i < 15; ++i) {
    const auto ping = devtools().next_call_of("Browser.getVersion");
    ASSERT_TRUE(ping);
    devtools().answer(ping->at("id").as_int64(), {});
  }
  EXPECT_EQ(said("renderer"), R"({"t":"renderer","state":"running","text":""})");
  EXPECT_TRUE(comes(R"("state":"restarting")", 0));
}

}  // namespace
}  // namespace turnpike::renderer
