// Dialogs and file choosers, by whoever speaks for the browser.
#include <gtest/gtest.h>

#include "fake_world.h"

namespace turnpike::browser {
namespace {

using boost::json::object;

class BrowserDialogs : public FakeWorld {
 protected:
  void open_dialog(const std::string& session, const std::string& kind) {
    devtools_.event("Page.javascriptDialogOpening", {{"type", kind}, {"message", session}},
                    session);
    settle();
  }
  void open_chooser(const std::string& session) {
    devtools_.event("Page.fileChooserOpened",
                    {{"frameId", "f1"}, {"mode", "selectSingle"}, {"backendNodeId", 7}}, session);
    settle();
  }
  std::vector<std::string> kinds() const {
    std::vector<std::string> list;
    for (const Dialog& one : dialogs_) list.push_back(one.kind);
    return list;
  }
};

TEST_F(BrowserDialogs, ChoosersOfFramesAreOursToo) {
  attach("f", "g", "iframe");
  settle();
  for (const char* const session : {"s", "f"}) {
    const auto asked = devtools_.next_call_of("Page.setInterceptFileChooserDialog");
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->at("sessionId"), session);
  }
}

TEST_F(BrowserDialogs, AChooserIsGoneWhenItIsAnswered) {
  open_chooser("s");
  EXPECT_EQ(choosers_, 1);
  EXPECT_EQ(choosers_gone_, 0);
  browser_->choose_files({"/x"});
  EXPECT_EQ(choosers_gone_, 1);
  ASSERT_TRUE(devtools_.next_call_of("DOM.setFileInputFiles"));
  browser_->choose_files({"/x"});
  EXPECT_EQ(choosers_gone_, 1) << "once";
}

TEST_F(BrowserDialogs, AChooserGoesWithItsFrame) {
  const auto navigate = [this](const object& frame, const std::string& session = "s") {
    devtools_.event("Page.frameNavigated", {{"frame", frame}}, session);
    settle();
  };
  open_chooser("s");
  navigate({{"id", "f2"}, {"parentId", "t"}, {"url", "https://a.test"}});
  navigate({{"id", "t"}, {"url", "https://a.test"}}, "other");
  EXPECT_EQ(choosers_gone_, 0);
  navigate({{"id", "f1"}, {"parentId", "t"}, {"url", "https://a.test"}});
  EXPECT_EQ(choosers_gone_, 1);
  open_chooser("s");
  navigate({{"id", "t"}, {"url", "https://a.test"}});
  EXPECT_EQ(choosers_gone_, 2);
  open_chooser("s");
  devtools_.event("Page.frameDetached", {{"frameId", "f1"}}, "s");
  settle();
  EXPECT_EQ(choosers_gone_, 3);
  open_chooser("s");
  devtools_.event("Inspector.targetCrashed", {}, "s");
  settle();
  EXPECT_EQ(choosers_gone_, 4);
}

TEST_F(BrowserDialogs, AChooserGoesWithItsTab) {
  attach("s2", "t2");
  open_chooser("s2");
  devtools_.event("Target.detachedFromTarget", {{"sessionId", "s2"}});
  settle();
  EXPECT_EQ(choosers_gone_, 1);
  // Of a frame in a frame, each in a process of its own.
  attach("s3", "t3");
  attach("f", "g", "iframe", "s3");
  attach("f2", "g2", "iframe", "f");
  open_chooser("f2");
  EXPECT_EQ(choosers_, 2);
  devtools_.event("Target.detachedFromTarget", {{"sessionId", "s3"}});
  settle();
  EXPECT_EQ(choosers_gone_, 2);
}

TEST_F(BrowserDialogs, ADialogWaitsInItsTab) {
  open_dialog("s", "confirm");
  attach("s2", "t2");
  settle();
  EXPECT_EQ(kinds(), (std::vector<std::string>{"confirm", "none"}));
  browser_->answer_dialog(true, "");  // there is none here
  browser_->select_tab("t");
  EXPECT_EQ(kinds(), (std::vector<std::string>{"confirm", "none", "confirm"}));
  EXPECT_EQ(dialogs_.back().text, "s");
  browser_->answer_dialog(true, "");
  const auto answered = devtools_.next_call_of("Page.handleJavaScriptDialog");
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->at("sessionId"), "s");
  EXPECT_FALSE(devtools_.next_call_of("Page.handleJavaScriptDialog", 100)) << "one answer";
  devtools_.event("Page.javascriptDialogClosed", {}, "s");
  settle();
  EXPECT_EQ(kinds().back(), "none");
  EXPECT_EQ(dialogs_.size(), 4U);
}

TEST_F(BrowserDialogs, ADialogGoesWithItsTab) {
  attach("s2", "t2");
  settle();
  open_dialog("s2", "prompt");
  devtools_.event("Target.detachedFromTarget", {{"sessionId", "s2"}});
  settle();
  EXPECT_EQ(kinds(), (std::vector<std::string>{"prompt", "none"}));
}

}  // namespace
}  // namespace turnpike::browser
