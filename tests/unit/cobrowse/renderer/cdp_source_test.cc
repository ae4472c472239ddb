// The screencast of a real headless browser, and the arithmetic of what has changed.
#include "cobrowse/renderer/cdp_source.h"

#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "cobrowse/renderer/browser/browser_process.h"

namespace turnpike::renderer {
namespace {

struct Colour {
  int luma = 0, blue = 0, red = 0;
};
// BT.601, limited range.
constexpr Colour kRed{81, 90, 240}, kGreen{145, 54, 34}, kBlue{41, 240, 110};
constexpr int kJpegLoss = 4;

class LastPicture final : public capture::FrameSink {
 public:
  void on_picture(const media::Picture& picture, const media::Box& changed,
                  MonotonicTime) override {
    const std::lock_guard lock(mutex_);
    if (picture_.is_empty()) picture_.resize(picture.width(), picture.height());
    picture_.copy_box(picture, changed);
    ++count_;
    changed_.notify_all();
  }
  void on_lost(std::string_view) override {}

  bool wait_for_colour(const Colour& colour, milliseconds patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] {
      const auto near = [](int a, int b) { return std::abs(a - b) <= kJpegLoss; };
      return !picture_.is_empty() && near(*picture_.luma(600, 400), colour.luma) &&
             near(*picture_.blue(600, 400), colour.blue) &&
             near(*picture_.red(600, 400), colour.red);
    });
  }
  /// False: nothing came for that long.
  bool comes_another(milliseconds within) {
    std::unique_lock lock(mutex_);
    const int before = count_;
    return changed_.wait_for(lock, within, [&] { return count_ != before; });
  }
  int count() {
    const std::lock_guard lock(mutex_);
    return count_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  media::Picture picture_;
  int count_ = 0;
};

TEST(ChangedRows, AreTheRowsThatDiffer) {
  media::Picture a(64, 32), b(64, 32);
  EXPECT_TRUE(changed_rows(a, b).is_empty());
  *b.luma(63, 7) = 99;
  EXPECT_EQ(changed_rows(a, b), (media::Box{.x = 0, .y = 6, .width = 64, .height = 2}));
  *b.red(0, 20) = 1;
  EXPECT_EQ(changed_rows(a, b), (media::Box{.x = 0, .y = 6, .width = 64, .height = 16}));
}

/// The browser's events are delivered on a thread, as they are on the renderer's loop.
class Worker {
 public:
  Worker() : thread_([this] { run(); }) {}
  ~Worker() {
    post([this] { done_ = true; });
    thread_.join();
  }
  void post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    wake_.notify_all();
  }
  /// Done when it returns.
  void run_there(const std::function<void()>& work) {
    std::mutex mutex;
    std::condition_variable over;
    bool is_over = false;
    post([&] {
      work();
      const std::lock_guard lock(mutex);
      is_over = true;
      over.notify_all();
    });
    std::unique_lock lock(mutex);
    over.wait(lock, [&] { return is_over; });
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (!done_) {
      wake_.wait(lock, [this] { return !work_.empty(); });
      const auto work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
      lock.lock();
    }
  }
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> work_;
  bool done_ = false;  // the thread's
  std::thread thread_;
};

class CdpSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::access("/usr/bin/chromium", X_OK) != 0) GTEST_SKIP() << "there is no /usr/bin/chromium";
    folder_ = testing::TempDir() + "turnpike-cdp-XXXXXX";
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    ::chmod(folder_.c_str(), 0711);
    browser::BrowserProcessSettings settings{.folder = folder_,
                                             .name = "cdp-" + std::to_string(::getpid())};
    if (::geteuid() == 0) {
      const passwd* const nobody = ::getpwnam("nobody");
      settings.user = browser::BrowserUser{nobody->pw_uid, nobody->pw_gid};
    }
    auto process = browser::BrowserProcess::start(settings);
    ASSERT_TRUE(process) << process.error();
    process_ = *std::move(process);
    worker_.run_there([this] { open_browser(); });
    ASSERT_TRUE(wait_for([this] { return is_ready_.load(); }));
    worker_.run_there([this] {
      source_ = std::make_unique<CdpSource>(*browser_, 30);
      ASSERT_TRUE(source_->start({.width = 1280, .height = 720}, sink_));
    });
  }
  void TearDown() override {
    worker_.run_there([this] {
      source_.reset();
      browser_.reset();
    });
    process_.reset();
    if (!folder_.empty()) ::rmdir(folder_.c_str());
  }
  void open_browser() {
    browser_ = std::make_unique<browser::Browser>(
        browser::BrowserSettings{.headless = true}, process_->take_read_fd(),
        process_->take_write_fd(), [this](std::function<void()> work) { worker_.post(work); },
        browser::BrowserEvents{.on_ready = [this] { is_ready_ = true; },
                               .on_page = [](const browser::PageState&) {},
                               .on_tabs =
                                   [this](const std::vector<browser::Tab>& tabs) {
                                     tabs_ = tabs;
                                     tab_count_ = tabs.size();
                                   },
                               .on_dialog = [](const browser::Dialog&) {},
                               .on_chooser = [](bool) {},
                               .on_sensitive = [](bool) {},
                               .on_notice = [](const std::string&) {},
                               .on_closed = [](const std::string&) {}});
  }
  static bool wait_for(const std::function<bool()>& holds) {
    for (int i = 0; i < 9000 && !holds(); ++i) std::this_thread::sleep_for(milliseconds(10));
    return holds();
  }
  void run(const std::string& script) {
    worker_.run_there([&] { browser_->send({{"Runtime.evaluate", {{"expression", script}}}}); });
  }
  void paint(const std::string& colour) {
    run("document.documentElement.style.background = '" + colour + "'");
  }

  std::string folder_;
  LastPicture sink_;
  std::atomic<bool> is_ready_ = false;
  std::atomic<std::size_t> tab_count_ = 0;
  std::vector<browser::Tab> tabs_;  // the worker's
  std::unique_ptr<browser::BrowserProcess> process_;
  std::unique_ptr<browser::Browser> browser_;
  std::unique_ptr<CdpSource> source_;
  Worker worker_;
};

TEST_F(CdpSourceTest, AColourComesAndItsChangeSoonAndThenNothing) {
  paint("#f00");
  ASSERT_TRUE(sink_.wait_for_colour(kRed, seconds(20)));
  paint("#0f0");
  EXPECT_TRUE(sink_.wait_for_colour(kGreen, seconds(10)));
  while (sink_.comes_another(milliseconds(500))) {
  }
  EXPECT_FALSE(sink_.comes_another(seconds(1)));
  source_->request_refresh();
  EXPECT_TRUE(sink_.comes_another(seconds(10)));
  EXPECT_LE(source_->dropped(), 1U) << "the first may have the window's size still";
}

TEST_F(CdpSourceTest, TheTabThatIsShownIsTheOneInThePicture) {
  paint("#f00");
  ASSERT_TRUE(sink_.wait_for_colour(kRed, seconds(20)));
  worker_.run_there([this] { browser_->open_tab(); });
  ASSERT_TRUE(wait_for([this] { return tab_count_ == 2; }));
  paint("#00f");
  EXPECT_TRUE(sink_.wait_for_colour(kBlue, seconds(10)));
  worker_.run_there([this] {
    for (const browser::Tab& tab : std::vector(tabs_)) {
      if (!tab.active) return browser_->select_tab(tab.id);
    }
  });
  EXPECT_TRUE(sink_.wait_for_colour(kRed, seconds(10)));
}

TEST_F(CdpSourceTest, TheLastFrameOfABurstComes) {
  paint("#f00");
  ASSERT_TRUE(sink_.wait_for_colour(kRed, seconds(20)));
  for (int round = 0; round < 3; ++round) {
    paint("#f00");
    ASSERT_TRUE(sink_.wait_for_colour(kRed, seconds(10)));
    const int before = sink_.count();
    run("(() => { let n = 0; const step = () => {"
        "document.documentElement.style.background = n < 60 ? `rgb(${n * 4}, 0, 0)` : '#00f';"
        "if (n++ < 60) requestAnimationFrame(step); }; step(); })()");
    EXPECT_TRUE(sink_.wait_for_colour(kBlue, seconds(10)));
    EXPECT_GT(sink_.count(), before + 2);
  }
}

}  // namespace
}  // namespace turnpike::renderer
