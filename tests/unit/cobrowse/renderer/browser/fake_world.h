// What drives a browser, and a test that speaks for the browser.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cobrowse/renderer/browser/browser.h"
#include "fake_devtools.h"
#include "inbox.h"

namespace turnpike::browser {

/// There is one tab, "t", with the session "s".
class FakeWorld : public testing::Test {
 protected:
  using object = boost::json::object;

  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);
    browser_ = std::make_unique<Browser>(
        BrowserSettings{
            .max_tabs = 2,
            .after = [this](milliseconds, std::function<void()> work) { later_.push_back(work); }},
        devtools_.take_read_fd(), devtools_.take_write_fd(),
        [this](std::function<void()> work) { inbox_.post(work); },
        BrowserEvents{.on_ready = [] {},
                      .on_page = [this](const PageState& page) { page_ = page; },
                      .on_tabs = [this](const std::vector<Tab>& tabs) { tabs_ = tabs; },
                      .on_dialog = [this](const Dialog& dialog) { dialogs_.push_back(dialog); },
                      .on_chooser = [this](bool) { ++choosers_; },
                      .on_chooser_gone = [this] { ++choosers_gone_; },
                      .on_sensitive = [this](bool on) { sensitive_.push_back(on); },
                      .on_notice = [this](const std::string& text) { notices_.push_back(text); },
                      .on_closed = [](const std::string&) {}});
    const auto first = devtools_.next_call_of("Browser.getVersion");
    ASSERT_TRUE(first);
    devtools_.answer(1, {{"userAgent", "x"}});
    attach("s", "t");
    ASSERT_TRUE(inbox_.wait_for([this] { return tabs_.size() == 1; }));
  }
  void attach(const std::string& session, const std::string& id, const std::string& type = "page",
              const std::string& parent = {}) {
    devtools_.event("Target.attachedToTarget",
                    {{"sessionId", session},
                     {"targetInfo", object{{"targetId", id}, {"type", type}, {"url", "about:x"}}}},
                    parent);
  }
  /// All that was said before has been dealt with.
  void settle() {
    const std::string title = "settled " + std::to_string(++settled_);
    devtools_.event("Target.targetInfoChanged",
                    {{"targetInfo", object{{"targetId", "t"}, {"title", title}}}});
    const auto is_there = [&] { return std::ranges::count(tabs_, title, &Tab::title) == 1; };
    ASSERT_TRUE(inbox_.wait_for(is_there));
  }

  FakeDevtools devtools_;
  Inbox inbox_;
  std::vector<std::function<void()>> later_;  // what the browser wants to be done after a while
  int settled_ = 0, choosers_ = 0, choosers_gone_ = 0;
  PageState page_;
  std::vector<Tab> tabs_;
  std::vector<Dialog> dialogs_;
  std::vector<bool> sensitive_;
  std::vector<std::string> notices_;
  std::unique_ptr<Browser> browser_;
};

}  // namespace turnpike::browser
