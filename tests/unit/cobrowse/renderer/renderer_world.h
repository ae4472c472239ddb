// A renderer with a control server that a test speaks for, and the test picture.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <string>

#include "cobrowse/renderer/renderer.h"
#include "control_server.h"

namespace turnpike::renderer {

/// With the test picture: no browser, no screen.
class RendererWorld : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    start();
  }
  void start() {
    auto started = Renderer::start(loop_, orders(), folder_, [this] {
      ++ends_;
      ended_.notify_all();
    });
    ASSERT_TRUE(started) << started.error();
    renderer_ = *std::move(started);
  }
  void TearDown() override {
    renderer_.reset();
    std::filesystem::remove_all(folder_);
  }
  virtual Orders orders() const {
    Orders wanted;
    wanted.control_url =
        url_.empty() ? "http://127.0.0.1:" + std::to_string(server_->port()) : url_;
    wanted.renderer = "s";
    wanted.token = Secret("t");
    wanted.capture = CaptureKind::kTest;
    wanted.warm = warm_;
    wanted.width = 640;
    wanted.height = 240;
    return wanted;
  }
  void begin() {
    ASSERT_EQ(server_->wait_for_type("hello")["renderer"], "s");
    server_->say(R"({"t":"start","start_url":"https://example.org","width":640,"height":240})");
  }
  /// With a relay that never answers.
  void add_viewer(int id) {
    server_->say(R"({"t":"viewer","viewer":)" + std::to_string(id) +
                 R"(,"ice_servers":[{"urls":["turn:127.0.0.1:9"],"username":"u",)"
                 R"("credential":"p"}]})");
  }
  bool has_ended() {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    return ended_.wait_for(lock, seconds(10), [this] { return ends_ > 0; });
  }

  std::string folder_ = testing::TempDir() + "turnpike-renderer-XXXXXX", url_;
  std::unique_ptr<ControlServer> server_ = std::make_unique<ControlServer>();
  bool warm_ = false;
  std::condition_variable ended_;
  std::atomic<int> ends_ = 0;
  ice::EventLoop loop_;
  std::unique_ptr<Renderer> renderer_;
};

}  // namespace turnpike::renderer
