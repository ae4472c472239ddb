#include "cobrowse/renderer/browser/browser.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "browser_world.h"
#include "cobrowse/renderer/browser/input_mapper.h"

namespace turnpike::browser {
namespace {

using BrowserTest = BrowserWorld;

TEST_F(BrowserTest, AddressesThatAreNoWebPageAreNotOpened) {
  EXPECT_FALSE(browser_->go("file:///etc/passwd"));
  EXPECT_FALSE(browser_->go("chrome://version"));
  EXPECT_TRUE(browser_->go("example.org"));
  // A page that tries it by itself.
  run("location = 'data:text/html,x'");
  run("location = 'file:///etc/passwd'");
  EXPECT_FALSE(inbox_.wait_for(
      [this] { return page_.url.starts_with("file:") || page_.url.starts_with("data:"); },
      seconds(2)));
}

TEST_F(BrowserTest, TypesAndCopies) {
  run("document.body.innerHTML = '<input id=a value=x>'; document.getElementById('a').select()");
  ASSERT_EQ(copy(), "x");
  InputMapper mapper;
  browser_->send(mapper.text("grün ✓"));
  browser_->send(mapper.key(1, {.down = true, .key = "a", .code = "KeyA", .modifiers = 2}));
  // Input takes its own way into the page.
  std::string found;
  for (int i = 0; i < 100 && found != "grün ✓"; ++i) found = copy();
  EXPECT_EQ(found, "grün ✓");
}

TEST_F(BrowserTest, APasswordIsSensitiveAndIsNotCopied) {
  EXPECT_FALSE(sensitive_);
  run("document.body.innerHTML = '<input id=p type=password value=secret><input id=b>';"
      "document.getElementById('p').focus(); document.getElementById('p').select()");
  EXPECT_TRUE(inbox_.wait_for([this] { return sensitive_; }));
  EXPECT_EQ(copy(), "");
  run("document.getElementById('b').focus()");
  EXPECT_TRUE(inbox_.wait_for([this] { return !sensitive_; }));
}

TEST_F(BrowserTest, DialogsAreAnsweredAndALoopOfThemEnds) {
  run("setTimeout(() => { globalThis.said = confirm('really?'); }, 0)");
  ASSERT_TRUE(inbox_.wait_for([this] { return !dialogs_.empty(); }));
  EXPECT_EQ(dialogs_[0].kind, "confirm");
  EXPECT_EQ(dialogs_[0].text, "really?");
  browser_->answer_dialog(true, "");
  ASSERT_TRUE(inbox_.wait_for([this] { return dialogs_.back().kind == "none"; }));
  run("document.body.textContent = String(said); getSelection().selectAllChildren(document.body)");
  EXPECT_EQ(copy(), "true");
  run("setTimeout(() => { for (let i = 0; i < 30; ++i) alert(i);"
      "document.body.textContent = 'done';"
      "getSelection().selectAllChildren(document.body); }, 0)");
  EXPECT_TRUE(inbox_.wait_for([this] {
    if (!dialogs_.empty() && dialogs_.back().kind == "alert") {
      dialogs_.clear();
      browser_->answer_dialog(true, "");
    }
    return !notices_.empty();
  }));
  EXPECT_EQ(copy(), "done");
}

TEST_F(BrowserTest, WindowsBecomeTabsAndNoMoreThanAllowed) {
  run("open('about:blank')");
  ASSERT_TRUE(inbox_.wait_for([this] { return tabs_.size() == 2; }));
  EXPECT_EQ(std::ranges::count(tabs_, true, &Tab::active), 1);
  browser_->open_tab();
  EXPECT_TRUE(inbox_.wait_for([this] { return !notices_.empty(); }));
  EXPECT_EQ(notices_[0], "no more than 2 tabs");
  browser_->close_tab(tabs_[1].id);
  EXPECT_TRUE(inbox_.wait_for([this] { return tabs_.size() == 1; }));
}

TEST_F(BrowserTest, TheUserAgentSaysWhatItIs) {
  run("document.body.textContent = navigator.userAgent;"
      "getSelection().selectAllChildren(document.body)");
  const std::string agent = copy();
  EXPECT_NE(agent.find("TurnpikeRenderer"), std::string::npos) << agent;
  EXPECT_NE(agent.find("UnbluRenderingService"), std::string::npos) << agent;
  EXPECT_EQ(agent.find("Headless"), std::string::npos) << agent;
}

TEST_F(BrowserTest, ABrowserThatDiesIsNoticed) {
  ASSERT_EQ(::kill(process_->pid(), SIGKILL), 0);
  EXPECT_TRUE(inbox_.wait_for([this] { return !closed_.empty(); }));
}

}  // namespace
}  // namespace turnpike::browser
