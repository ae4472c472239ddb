#include "cobrowse/renderer/browser/browser.h"

#include <gtest/gtest.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "cobrowse/renderer/browser/browser_process.h"
#include "cobrowse/renderer/browser/input_mapper.h"

namespace turnpike::browser {
namespace {

/// Where the browser's events are delivered: the test's own thread, in wait_for.
class Inbox {
 public:
  void post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    wake_.notify_all();
  }
  bool wait_for(const std::function<bool()>& holds, seconds patience = seconds(30)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::unique_lock lock(mutex_);
    while (!holds()) {
      if (!wake_.wait_until(lock, deadline, [this] { return !work_.empty(); })) return false;
      const auto work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
      lock.lock();
    }
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> work_;
};

/// A headless browser that can reach nothing: what it shows are data that it was handed.
class BrowserTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::access("/usr/bin/chromium", X_OK) != 0) GTEST_SKIP() << "there is no /usr/bin/chromium";
    folder_ = testing::TempDir() + "turnpike-browser-XXXXXX";
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    ::chmod(folder_.c_str(), 0711);
    BrowserProcessSettings settings{.folder = folder_,
                                    .name = "test-" + std::to_string(::getpid())};
    if (::geteuid() == 0) {
      const passwd* const nobody = ::getpwnam("nobody");
      settings.user = BrowserUser{nobody->pw_uid, nobody->pw_gid};
    }
    auto process = BrowserProcess::start(settings);
    ASSERT_TRUE(process) << process.error();
    process_ = *std::move(process);
    browser_ = std::make_unique<Browser>(
        BrowserSettings{.max_tabs = 2, .headless = true}, process_->take_read_fd(),
        process_->take_write_fd(), [this](std::function<void()> work) { inbox_.post(work); },
        BrowserEvents{.on_ready = [this] { ready_ = true; },
                      .on_page = [this](const PageState& page) { page_ = page; },
                      .on_tabs = [this](const std::vector<Tab>& tabs) { tabs_ = tabs; },
                      .on_dialog = [this](const Dialog& dialog) { dialogs_.push_back(dialog); },
                      .on_chooser = [this](bool) { ++choosers_; },
                      .on_sensitive = [this](bool on) { sensitive_ = on; },
                      .on_notice = [this](const std::string& text) { notices_.push_back(text); },
                      .on_closed = [this](const std::string& why) { closed_ = why; }});
    ASSERT_TRUE(inbox_.wait_for([this] { return ready_; })) << closed_;
  }
  void TearDown() override {
    browser_.reset();
    process_.reset();
    if (!folder_.empty()) ::rmdir(folder_.c_str());
  }
  /// In the page; a script that somebody types would not get there.
  void run(const std::string& script) {
    browser_->send({{"Runtime.evaluate", {{"expression", script}, {"userGesture", true}}}});
  }
  std::string copy() {
    std::string text = "?";
    browser_->copy([&](const std::string& found) { text = found; });
    inbox_.wait_for([&] { return text != "?"; });
    return text;
  }

  std::string folder_;
  Inbox inbox_;
  bool ready_ = false, sensitive_ = false;
  int choosers_ = 0;
  PageState page_;
  std::vector<Tab> tabs_;
  std::vector<Dialog> dialogs_;
  std::vector<std::string> notices_;
  std::string closed_;
  std::unique_ptr<BrowserProcess> process_;
  std::unique_ptr<Browser> browser_;
};

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
