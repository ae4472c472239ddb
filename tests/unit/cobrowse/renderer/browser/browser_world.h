// A real headless browser for tests, and all of the web that it can reach.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "cobrowse/renderer/browser/browser.h"
#include "cobrowse/renderer/browser/browser_process.h"
#include "inbox.h"

namespace turnpike::browser {

/// Answers as a proxy, each path with a page whose title it is; "/download" with a file.
class FakeSite {
 public:
  explicit FakeSite(int listener) : listener_(listener), thread_([this] { serve(); }) {}
  ~FakeSite() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
  }
  FakeSite(const FakeSite&) = delete;
  FakeSite& operator=(const FakeSite&) = delete;

 private:
  /// A browser opens connections before it needs them: they wait.
  void serve() {
    std::map<int, std::string> heads;
    while (!stopping_) {
      std::vector<pollfd> waiting{{listener_, POLLIN, 0}};
      for (const auto& [fd, head] : heads) waiting.push_back({fd, POLLIN, 0});
      if (::poll(waiting.data(), waiting.size(), 20) < 1) continue;
      for (const pollfd& one : waiting) {
        if (one.revents == 0) continue;
        if (one.fd == listener_) {
          const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
          if (fd >= 0) heads[fd];
        } else if (!read_more(one.fd, heads[one.fd])) {
          heads.erase(one.fd);
          ::close(one.fd);
        }
      }
    }
    for (const auto& [fd, head] : heads) ::close(fd);
  }
  static bool read_more(int fd, std::string& head) {
    std::array<char, 4096> chunk{};
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got <= 0) return false;
    head.append(chunk.data(), static_cast<std::size_t>(got));
    if (head.find("\r\n\r\n") == std::string::npos) return true;
    answer(fd, head);
    return false;
  }
  static void answer(int fd, const std::string& head) {
    constexpr std::string_view kStart = "GET http://site.test";
    std::string text = "HTTP/1.1 502 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    if (head.starts_with(kStart)) {
      const std::string path = head.substr(kStart.size(), head.find(' ', 5) - kStart.size());
      const std::string body = "<!doctype html><title>" + path + "</title><body>" + path;
      text = "HTTP/1.1 200 Good\r\nConnection: close\r\nContent-Type: text/html\r\n" +
             std::string(path == "/download" ? "Content-Disposition: attachment; filename=x.zip\r\n"
                                             : "") +
             "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    static_cast<void>(::send(fd, text.data(), text.size(), MSG_NOSIGNAL));
  }

  const int listener_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

/// A headless browser whose proxy knows one site.
class BrowserWorld : public testing::Test {
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
    site_ = std::make_unique<FakeSite>(process_->take_proxy_fd());
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
    // Chromium may have to be read from a slow disk first.
    ASSERT_TRUE(inbox_.wait_for([this] { return ready_; }, seconds(90))) << closed_;
  }
  void TearDown() override {
    browser_.reset();
    site_.reset();
    process_.reset();
    if (!folder_.empty()) ::rmdir(folder_.c_str());
  }
  /// Of FakeSite; until it is there.
  bool visit(const std::string& path) {
    browser_->go("http://site.test" + path);
    return is_at(path);
  }
  bool is_at(const std::string& path) {
    const bool is_there = inbox_.wait_for(
        [&] { return page_.url == "http://site.test" + path && page_.title == path; }, seconds(10));
    EXPECT_TRUE(is_there) << page_.url << " \"" << page_.title << "\" " << page_.loading;
    return is_there;
  }
  /// In the page; a script that somebody types would not get there.
  void run(const std::string& script) {
    browser_->send({{"Runtime.evaluate", {{"expression", script}, {"userGesture", true}}}});
  }
  std::string copy() {
    std::string text = "?";
    browser_->copy([&](const std::string& found) { text = found; });
    inbox_.wait_for([&] { return text != "?"; }, seconds(5));
    return text;
  }

  /// All of the page's text.
  std::string body() {
    run("getSelection().selectAllChildren(document.body)");
    return copy();
  }
  /// Within some seconds.
  bool shows(const std::string& text) {
    for (int i = 0; i < 200; ++i) {
      if (body().find(text) != std::string::npos) return true;
      std::this_thread::sleep_for(milliseconds(20));
    }
    return false;
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
  std::unique_ptr<FakeSite> site_;
  std::unique_ptr<Browser> browser_;
};

}  // namespace turnpike::browser
