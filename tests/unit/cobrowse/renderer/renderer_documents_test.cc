// Documents in a real browser: on a screen of its own, through the proxy that is its only way out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/object.hpp>
#include <filesystem>
#include <future>

#include "cobrowse/renderer/browser/input_mapper.h"
#include "cobrowse/renderer/documents.h"
#include "cobrowse/renderer/renderer.h"
#include "coloured_pdf.h"
#include "control_server.h"
#include "tests/unit/cobrowse/renderer/capture/recording_sink.h"

namespace turnpike::renderer {
namespace {

constexpr int kRed = 82, kBlue = 41;  // BT.601's luma
constexpr int kMiddle_x = 640, kMiddle_y = 400;

class DocumentsInABrowser : public testing::Test {
 protected:
  void SetUp() override {
    if (::access("/usr/bin/chromium", X_OK) != 0 || ::access("/usr/bin/Xvfb", X_OK) != 0) {
      GTEST_SKIP() << "needs /usr/bin/chromium and /usr/bin/Xvfb";
    }
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    ::chmod(folder_.c_str(), 0711);
    orders_.control_url = "http://127.0.0.1:" + std::to_string(server_.port());
    orders_.renderer = "s";
    orders_.token = Secret("t");
    orders_.memory_mb = 0;
    if (::geteuid() == 0) orders_.uid = 61'238;
    orders_.allow_internal = {"127.0.0.1"};
    orders_.allow_ports = {server_.port()};
    server_.publish("/page", "<!doctype html><title>another site</title>");
    server_.keep("a1", coloured_pdf(2));
    documents_.emplace(orders_, folder_ + "/chosen", *browser_user(orders_));
  }
  void TearDown() override {
    documents_.reset();
    loop_.run([this] { stage_.reset(); });
    std::filesystem::remove_all(folder_);
  }
  void open() {
    loop_.run([&] {
      auto opened = Stage::open(orders_, folder_, loop_, sink_, rng_, events(),
                                {.host = std::string(kDocumentHost),
                                 .answer = [site = documents_->site()](std::string_view request) {
                                   return site->answer(request);
                                 }});
      ASSERT_TRUE(opened) << opened.error();
      stage_ = *std::move(opened);
    });
    ASSERT_TRUE(wait_for([this] { return is_ready_; }));
  }
  browser::BrowserEvents events() {
    return {
        .on_ready = [this] { note([this] { is_ready_ = true; }); },
        .on_page = [this](const browser::PageState& page) { note([&] { page_ = page; }); },
        .on_tabs = [](const std::vector<browser::Tab>&) {},
        .on_dialog = [](const browser::Dialog&) {},
        .on_chooser = [this](bool) { note([this] { ++choosers_; }); },
        .on_sensitive = [](bool) {},
        .on_notice = [this](const std::string& text) { note([&] { notices_.push_back(text); }); },
        .on_closed = [](const std::string& why) { ADD_FAILURE() << why; }};
  }
  void note(const std::function<void()>& change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }
  bool wait_for(const std::function<bool()>& holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(30), holds);
  }
  std::string show() {
    std::promise<std::string> url;
    documents_->show({.id = "a1", .name = "two pages.pdf"},
                     [&](const Result<std::string, std::string>& shown) {
                       url.set_value(shown.value_or("http://none.invalid/"));
                     });
    const std::string shown = url.get_future().get();
    loop_.run([&] { stage_->browser()->go(shown); });
    return shown;
  }
  void send(const browser::InputMapper::Calls& calls) {
    loop_.run([&] { stage_->browser()->send(calls); });
  }
  void visit_site() {
    loop_.run([this] { stage_->browser()->go(orders_.control_url + "/page"); });
    ASSERT_TRUE(has_title("another site"));
  }
  void press(const std::string& key) {
    for (const bool down : {true, false}) {
      send(input_.key(1, {.down = down, .key = key, .code = key}));
    }
  }
  void run(const std::string& script) {
    send({{"Runtime.evaluate", {{"expression", script}, {"userGesture", true}}}});
  }
  /// Whether a message with that in it comes, or has come.
  bool is_told(const std::string& text) {
    const auto has_it = [&](const std::string& message) {
      return message.find(text) != std::string::npos;
    };
    const auto deadline = std::chrono::steady_clock::now() + seconds(30);
    for (std::size_t seen = 0; std::chrono::steady_clock::now() < deadline;) {
      const auto messages = server_.wait_for(seen + 1);
      if (std::ranges::any_of(messages, has_it)) return true;
      seen = messages.size();
    }
    for (const std::string& message : server_.wait_for(0)) ADD_FAILURE() << message;
    return false;
  }
  bool has_title(const std::string& title) {
    const bool found = wait_for([&] { return page_.title == title; });
    EXPECT_TRUE(found) << page_.title << " at " << page_.url;
    return found;
  }

  std::string folder_ = testing::TempDir() + "turnpike-show-XXXXXX";
  ControlServer server_;
  Orders orders_;
  SeededRng rng_{7};
  capture::RecordingSink sink_;
  browser::InputMapper input_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_ready_ = false;
  int choosers_ = 0;
  browser::PageState page_;
  std::vector<std::string> notices_;
  std::optional<Documents> documents_;
  ice::EventLoop loop_;
  std::unique_ptr<Stage> stage_;
};

TEST_F(DocumentsInABrowser, PagesAreTurnedByKeysAndByTheWheel) {
  open();
  show();
  sink_.wait_for_luma(kMiddle_x, kMiddle_y, kRed);
  press("PageDown");
  press("PageDown");
  EXPECT_TRUE(sink_.wait_for_luma(kMiddle_x, kMiddle_y, kBlue));
  for (int i = 0; i < 10; ++i) send(input_.wheel({kMiddle_x, kMiddle_y}, 0, -240));
  EXPECT_TRUE(sink_.wait_for_luma(kMiddle_x, kMiddle_y, kRed));
  loop_.run([this] { stage_->browser()->back(); });
  EXPECT_TRUE(sink_.wait_for_luma(kMiddle_x, kMiddle_y, 235)) << "the empty page before it";
  EXPECT_TRUE(wait_for([this] { return page_.url == "about:blank"; }));
}

TEST_F(DocumentsInABrowser, OtherSitesReachNone) {
  open();
  const std::string url = show();
  ASSERT_TRUE(sink_.wait_for_luma(kMiddle_x, kMiddle_y, kRed));
  visit_site();
  run("fetch('/page').then(() => document.title = 'can fetch')");
  ASSERT_TRUE(has_title("can fetch"));
  run("fetch('" + url + "').then(() => document.title = 'read', " +
      "() => document.title = 'refused')");
  EXPECT_TRUE(has_title("refused"));
  run("fetch('" + url + "', {mode: 'no-cors'}).then(() => document.title = 'seen', " +
      "() => document.title = 'hidden')");
  EXPECT_TRUE(has_title("hidden"));
}

TEST_F(DocumentsInABrowser, AnUnknownOneIsNotThere) {
  open();
  loop_.run([this] { stage_->browser()->go("http://document.turnpike.invalid/a1/x.pdf"); });
  EXPECT_TRUE(wait_for([this] { return page_.url.ends_with("/a1/x.pdf") && !page_.loading; }));
  std::promise<std::string> text;
  loop_.run([&] {
    stage_->browser()->send(
        {{"Runtime.evaluate",
          {{"expression", "getSelection().selectAllChildren(document.body)"}}}});
    stage_->browser()->copy([&](const std::string& found) { text.set_value(found); });
  });
  EXPECT_EQ(text.get_future().get(), "there is no such document");
  EXPECT_EQ(server_.fetches("a1"), 0) << "nobody asks the server on a page's behalf";
}

TEST_F(DocumentsInABrowser, AChooserGetsTheFile) {
  server_.keep("a1?original=1", "what was uploaded");
  open();
  visit_site();
  run("document.body.innerHTML = '<input type=file id=f style=\"width:100vw;height:100vh\">';"
      "f.onchange = async () => { document.title = f.files[0].name + ': ' + await "
      "f.files[0].text(); };"
      "f.click()");
  ASSERT_TRUE(wait_for([this] { return choosers_ == 1; }));
  std::promise<std::vector<std::string>> paths;
  documents_->collect({{.id = "a1", .name = "../letter.txt"}},
                      [&](const Result<std::vector<std::string>, std::string>& files) {
                        paths.set_value(files.value_or(std::vector<std::string>()));
                      });
  const auto chosen = paths.get_future().get();
  loop_.run([&] { stage_->browser()->choose_files(chosen); });
  EXPECT_TRUE(has_title("letter.txt: what was uploaded"));
}

/// The whole renderer, told by its server.
TEST_F(DocumentsInABrowser, AreShownByNameAndGoneThrough) {
  orders_.capture = CaptureKind::kCdp;
  auto renderer = Renderer::start(loop_, orders_, folder_, [] {});
  ASSERT_TRUE(renderer) << renderer.error();
  ASSERT_FALSE(server_.wait_for_type("hello").empty());
  server_.say(R"({"t":"start","start_url":")" + orders_.control_url + R"(/page"})");
  ASSERT_TRUE(is_told(R"("title":"another site","loading":false,)"));
  server_.say(R"({"t":"document","viewer":1,"id":"none","name":"x.pdf"})");
  EXPECT_EQ(server_.wait_for_type("refused")["what"], "document");
  server_.say(R"({"t":"document","viewer":1,"id":"a1","name":"two pages.pdf"})");
  EXPECT_TRUE(
      is_told(R"("url":"two pages.pdf","title":"two pages.pdf","loading":false,"back":true)"));
  server_.say(R"({"t":"nav","viewer":1,"do":"go","url":"two pages.pdf"})");
  server_.say(R"({"t":"nav","viewer":1,"do":"back"})");
  EXPECT_TRUE(is_told(R"("title":"another site","loading":false,"back":true,"forward":true)"));
  EXPECT_EQ(server_.fetches("a1"), 1);
  server_.say(R"({"t":"files","viewer":1,"documents":[{"id":"none","name":"x"}]})");
  EXPECT_TRUE(is_told(R"("what":"files")"));
  renderer->reset();
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/chosen"));
}

}  // namespace
}  // namespace turnpike::renderer
