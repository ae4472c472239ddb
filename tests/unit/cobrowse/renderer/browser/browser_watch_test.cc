// What pages are seen to do, with a real browser.
#include <gtest/gtest.h>

#include "browser_world.h"
#include "cobrowse/renderer/browser/session_rules.h"

namespace turnpike::browser {
namespace {

using BrowserWatch = BrowserWorld;

TEST_F(BrowserWatch, ATitleThatAScriptChangesIsTold) {
  ASSERT_TRUE(visit("/one"));
  const auto is_called = [this](const std::string& title) {
    return inbox_.wait_for([&] { return page_.title == title && tabs_.at(0).title == title; });
  };
  run("document.title = '(1) new'");
  EXPECT_TRUE(is_called("(1) new")) << page_.title;
  run("document.title = 'x'.repeat(1000)");
  EXPECT_TRUE(is_called(std::string(300, 'x'))) << page_.title;
  run("const frame = document.body.appendChild(document.createElement('iframe'));"
      "frame.contentDocument.title = 'of a frame'; document.title = 'last'");
  EXPECT_TRUE(is_called("last")) << page_.title;
  run("globalThis.turnpikeSensitive?.('tforged'); document.title = 'true'");
  EXPECT_TRUE(is_called("true")) << page_.title;
}

// The page comes back as it was left, out of the back/forward cache, and its focus with it.
TEST_F(BrowserWatch, ASensitiveFieldIsOneAfterGoingBack) {
  ASSERT_TRUE(visit("/one"));
  run("addEventListener('pageshow', (event) => document.title = `kept ${event.persisted}`);"
      "document.body.innerHTML = '<input id=p type=password>'; "
      "document.getElementById('p').focus()");
  ASSERT_TRUE(inbox_.wait_for([this] { return sensitive_; }));
  ASSERT_TRUE(visit("/two"));
  ASSERT_TRUE(inbox_.wait_for([this] { return !sensitive_; }));
  browser_->back();
  ASSERT_TRUE(inbox_.wait_for([this] { return page_.title == "kept true"; })) << page_.title;
  EXPECT_TRUE(inbox_.wait_for([this] { return sensitive_; }, seconds(5)));
}

TEST_F(BrowserWatch, WhatIsInAClosedShadowRootIsSensitive) {
  for (const char* const host : {"div", "my-field"}) {
    ASSERT_TRUE(visit("/one"));
    run("document.body.innerHTML = '<input id=plain><div id=box tabindex=0>box</div>"
        "<p id=text contenteditable>text</p>'; const host = document.createElement('" +
        std::string(host) +
        "'); document.body.append(host); const root = host.attachShadow({mode: 'closed'});"
        "root.innerHTML = '<input type=password>'; globalThis.focusIn = () => "
        "root.firstChild.focus();");
    run("focusIn()");
    ASSERT_TRUE(inbox_.wait_for([this] { return sensitive_; })) << host;
    for (const char* const id : {"plain", "box", "text"}) {
      run("document.getElementById('" + std::string(id) + "').focus()");
      EXPECT_TRUE(inbox_.wait_for([this] { return !sensitive_; })) << id;
      run("focusIn()");
      ASSERT_TRUE(inbox_.wait_for([this] { return sensitive_; })) << id;
    }
  }
}

// The browser itself puts it into a frame; no page leads there.
TEST_F(BrowserWatch, TheViewerOfPdfsIsNoPage) {
  ASSERT_TRUE(visit("/one"));
  const std::string viewer = std::string(kPdfViewer) + "index.html";
  EXPECT_FALSE(browser_->go(viewer));
  run("location = '" + viewer + "'");
  EXPECT_TRUE(inbox_.wait_for([this] { return page_.url == "chrome-error://chromewebdata/"; }))
      << page_.url;
}

}  // namespace
}  // namespace turnpike::browser
