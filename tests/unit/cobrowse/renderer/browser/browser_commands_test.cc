#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "browser_world.h"
#include "http/core/target.h"

namespace turnpike::browser {
namespace {

using BrowserCommands = BrowserWorld;

TEST_F(BrowserCommands, HistoryGoesBackAndForward) {
  ASSERT_TRUE(visit("/one"));
  ASSERT_TRUE(visit("/two"));
  ASSERT_TRUE(inbox_.wait_for([this] { return page_.can_go_back; }));
  EXPECT_FALSE(page_.can_go_forward);
  browser_->back();
  ASSERT_TRUE(is_at("/one"));
  ASSERT_TRUE(inbox_.wait_for([this] { return page_.can_go_forward; }));
  browser_->forward();
  ASSERT_TRUE(is_at("/two"));
  ASSERT_TRUE(inbox_.wait_for([this] { return !page_.can_go_forward; }));
  browser_->forward();  // there is none
  run("history.pushState({}, '', '/three'); document.title = '/three'");
  EXPECT_TRUE(is_at("/three")) << "without loading anything";
}

TEST_F(BrowserCommands, ReloadsAndStops) {
  ASSERT_TRUE(visit("/one"));
  run("document.body.textContent = 'changed'");
  ASSERT_TRUE(shows("changed"));
  browser_->reload();
  EXPECT_TRUE(shows("/one"));
  browser_->stop();
  bool answered = false;
  browser_->ping([&] { answered = true; });
  EXPECT_TRUE(inbox_.wait_for([&] { return answered; }));
}

TEST_F(BrowserCommands, TabsAreSwitched) {
  ASSERT_TRUE(visit("/one"));
  const std::string first = tabs_.at(0).id;
  browser_->open_tab();
  ASSERT_TRUE(inbox_.wait_for([this] { return tabs_.size() == 2 && page_.url == "about:blank"; }));
  ASSERT_TRUE(visit("/two"));
  browser_->select_tab(first);
  ASSERT_TRUE(is_at("/one"));
  const auto is_active = [&](const Tab& tab) { return tab.active == (tab.id == first); };
  EXPECT_TRUE(std::ranges::all_of(tabs_, is_active));
  browser_->select_tab("nobody's");
  browser_->close_tab("nobody's");
  browser_->close_tab(first);
  ASSERT_TRUE(is_at("/two"));
  browser_->close_tab(tabs_.at(0).id);
  EXPECT_TRUE(inbox_.wait_for([this] { return tabs_.size() == 1 && page_.url == "about:blank"; }))
      << "there is always one";
}

TEST_F(BrowserCommands, NothingSelectedIsNothing) {
  ASSERT_TRUE(visit("/one"));
  EXPECT_EQ(copy(), "");
  run("document.body.innerHTML = '<input id=a value=text>'; document.getElementById('a').focus();"
      "document.getElementById('a').setSelectionRange(2, 2)");
  EXPECT_EQ(copy(), "");
}

TEST_F(BrowserCommands, APageDoesNotSayWhatIsSelected) {
  ASSERT_TRUE(visit("/one"));
  const std::string select = "document.getSelection().selectAllChildren(document.body)";
  run("getSelection = () => 'forged'; String.prototype.slice = () => 'forged';"
      "String.prototype.toWellFormed = () => 'forged'");
  run(select);
  EXPECT_EQ(copy(), "/one");
  run("document.body.textContent = 'a' + '\\u{1f600}'.repeat(40000);" + select);
  const std::string text = copy();
  EXPECT_EQ(text.size(), 1 + 32767 * 4 + 3U) << "half a character is replaced";
  EXPECT_TRUE(http::is_utf8(text));
}

TEST_F(BrowserCommands, ChoosersTakeFilesOrNone) {
  ASSERT_TRUE(visit("/one"));
  const std::string path = folder_ + "/profile/document.txt";
  std::ofstream(path) << "x";
  std::filesystem::permissions(path, std::filesystem::perms(0644));
  run("document.body.innerHTML = '<input id=f type=file>';"
      "document.getElementById('f').onchange = (e) => {"
      "  document.body.append(e.target.files[0].name); };"
      "document.getElementById('f').click()");
  ASSERT_TRUE(inbox_.wait_for([this] { return choosers_ == 1; }));
  browser_->choose_files({});
  browser_->choose_files({path});  // it is answered already
  run("document.getElementById('f').click()");
  ASSERT_TRUE(inbox_.wait_for([this] { return choosers_ == 2; }));
  EXPECT_EQ(body(), "");
  browser_->choose_files({path});
  EXPECT_TRUE(shows("document.txt"));
}

TEST_F(BrowserCommands, ADownloadIsRefused) {
  ASSERT_TRUE(visit("/one"));
  browser_->go("http://site.test/download");
  ASSERT_TRUE(inbox_.wait_for([this] { return !notices_.empty(); }));
  EXPECT_EQ(notices_[0], "a download was refused: x.zip: files are not kept here");
  EXPECT_TRUE(is_at("/one"));
}

TEST_F(BrowserCommands, WhoStaysAtAHostOpensNoOther) {
  browser_->stay_at("site.test");
  ASSERT_TRUE(visit("/one"));
  browser_->go("http://other.test/two");
  ASSERT_TRUE(inbox_.wait_for([this] { return !notices_.empty(); }));
  EXPECT_EQ(notices_[0], "other pages are not opened in this session");
  run("location.href = 'http://other.test/three'");
  ASSERT_TRUE(inbox_.wait_for([this] { return notices_.size() == 2; }));
  ASSERT_TRUE(visit("/four"));
}

TEST_F(BrowserCommands, APageThatCrashesIsLoadedAgain) {
  ASSERT_TRUE(visit("/one"));
  run("document.body.textContent = 'before'");
  ASSERT_TRUE(shows("before"));
  browser_->send({{"Page.crash"}});
  ASSERT_TRUE(inbox_.wait_for([this] { return !notices_.empty(); }));
  EXPECT_EQ(notices_[0], "the page has crashed and is loaded again");
  EXPECT_TRUE(shows("/one"));
}

// Half characters, and more than any message may have.
TEST_F(BrowserCommands, WhatAPageWritesToItsConsoleEndsNothing) {
  ASSERT_TRUE(visit("/one"));
  run("for (let i = 0; i < 500; ++i) console.log('\\ud800');"
      "console.log('x'.repeat(20 << 20)); throw new Error('\\ud800')");
  run("document.title = '\\ud800'");
  run("document.body.textContent = 'still here'");
  EXPECT_TRUE(shows("still here"));
  EXPECT_EQ(closed_, "");
}

// The second lock, where the first one is open.
TEST_F(BrowserCommands, ThePolicyKeepsFilesClosed) {
  if (!process_->containment().managed_policy) GTEST_SKIP() << "no policies here";
  ASSERT_TRUE(visit("/one"));
  browser_->send({{"Fetch.disable"}, {"Page.navigate", {{"url", "file:///etc/passwd"}}}});
  EXPECT_TRUE(shows("Your organization doesn’t allow you to view this site")) << body();
}

}  // namespace
}  // namespace turnpike::browser
