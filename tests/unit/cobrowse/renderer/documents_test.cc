#include "cobrowse/renderer/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <mutex>
#include <thread>

#include "control_server.h"

namespace turnpike::renderer {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(DocumentsUrl, IsBesideTheWebSocket) {
  EXPECT_EQ(documents_url("https://h.test:8443/system/v1/renderer"),
            "https://h.test:8443/system/v1/documents/");
  EXPECT_EQ(documents_url("http://h.test"), "http://h.test/v1/documents/");
  EXPECT_EQ(documents_url("http://h.test/"), "http://h.test/v1/documents/");
}

class DocumentsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    make("t");
  }
  void TearDown() override {
    documents_.reset();
    std::filesystem::remove_all(folder_);
  }
  void make(const std::string& token) {
    Orders orders;
    orders.control_url = "http://127.0.0.1:" + std::to_string(server_.port()) + "/v1/renderer";
    orders.renderer = "s";
    orders.token = Secret(std::string(token));
    documents_.reset();
    documents_.emplace(orders, folder_ + "/chosen", std::nullopt);
  }
  Result<std::string, std::string> show(const std::string& id) {
    std::promise<Result<std::string, std::string>> url;
    documents_->show({.id = id, .name = "x.pdf"},
                     [&](const Result<std::string, std::string>& shown) { url.set_value(shown); });
    return url.get_future().get();
  }
  Result<std::vector<std::string>, std::string> collect(std::vector<DocumentName> list) {
    std::promise<Result<std::vector<std::string>, std::string>> paths;
    documents_->collect(std::move(list),
                        [&](const Result<std::vector<std::string>, std::string>& files) {
                          paths.set_value(files);
                        });
    return paths.get_future().get();
  }
  Result<void, std::string> keep(const std::string& name, const std::string& content) {
    const std::string path = folder_ + "/download";
    std::ofstream(path) << content;
    std::promise<Result<void, std::string>> kept;
    documents_->keep({name, path},
                     [&](const Result<void, std::string>& is) { kept.set_value(is); });
    auto answer = kept.get_future().get();
    EXPECT_FALSE(std::filesystem::exists(path));
    return answer;
  }
  /// Nothing else happens until the result is set.
  std::promise<void> hold() {
    std::promise<void> end;
    std::promise<void> begun;
    documents_->show({.id = "none"}, [&begun, held = end.get_future().share()](const auto&) {
      begun.set_value();
      held.wait();
    });
    begun.get_future().wait();
    return end;
  }
  std::string folder_ = testing::TempDir() + "turnpike-documents-XXXXXX";
  ControlServer server_;
  std::optional<Documents> documents_;
};

TEST_F(DocumentsTest, AreFetchedOnceAndShownByTheSite) {
  server_.keep("a1", "%PDF-1.7 a");
  const auto url = show("a1");
  ASSERT_TRUE(url) << url.error();
  EXPECT_THAT(*url, EndsWith("/x.pdf"));
  const std::string path = url->substr(std::string("http://document.turnpike.invalid").size());
  EXPECT_THAT(documents_->site()->answer("GET " + path), EndsWith("\r\n\r\n%PDF-1.7 a"));
  EXPECT_EQ(*show("a1"), *url);
  EXPECT_EQ(server_.fetches("a1"), 1);
}

TEST_F(DocumentsTest, WhatCannotBeShownIsSaid) {
  server_.keep("a1", "<!doctype html>");
  server_.keep("../a", "%PDF-1.7");
  EXPECT_THAT(show("a1").error(), HasSubstr("no PDF"));
  EXPECT_THAT(show("none").error(), HasSubstr("the server says 404"));
  for (const std::string& wrong : {std::string(), std::string("../a"), std::string("a?b"),
                                   std::string("a/b"), std::string(200, 'a')}) {
    EXPECT_THAT(show(wrong).error(), HasSubstr("no such number"));
  }
  EXPECT_EQ(server_.fetches("../a"), 0);
  make("another");
  EXPECT_THAT(show("a1").error(), HasSubstr("the server says 401"));
}

TEST_F(DocumentsTest, DownloadsAreBroughtToTheServer) {
  EXPECT_TRUE(keep("../a letter.zip", "content"));
  EXPECT_EQ(server_.brought("?name=a%20letter.zip"), "content");
  EXPECT_EQ(keep("x", "too much").error(), "there is no room");
  make("other");
  EXPECT_EQ(keep("x", "content").error(), "the server says 401");
}

TEST_F(DocumentsTest, DownloadsArePutBehindPeoplesOwnWork) {
  auto end = hold();
  std::mutex mutex;
  std::vector<std::string> done;
  std::atomic<int> left = 20;
  const auto note = [&](const std::string& what) {
    const std::lock_guard lock(mutex);
    done.push_back(what);
    --left;
  };
  for (int i = 0; i < 19; ++i) {
    const std::string path = folder_ + "/download" + std::to_string(i);
    std::ofstream(path) << "x";
    documents_->keep({"x", path}, [&note](const Result<void, std::string>& kept) {
      note(kept ? "kept" : kept.error());
    });
  }
  EXPECT_EQ(done, std::vector<std::string>(3, "too many files come at once"));
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/download15"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/download16"));
  documents_->collect({}, [&](const auto&) { note("collected"); });
  end.set_value();
  while (left > 0) std::this_thread::sleep_for(milliseconds(1));
  EXPECT_EQ(done.at(3), "collected") << "before them";
  EXPECT_EQ(std::ranges::count(done, "kept"), 16);
}

TEST_F(DocumentsTest, AChooserIsAnsweredWhateverThereIsToDo) {
  auto end = hold();
  std::string error;
  documents_->collect({}, [&](const auto& files) { error = files ? "" : files.error(); });
  for (int i = 0; i < 16; ++i) documents_->collect({}, [](const auto&) {});
  EXPECT_EQ(error, "too much is asked for at once");
  end.set_value();
}

TEST_F(DocumentsTest, FilesAreTheOriginals) {
  server_.keep("a1?original=1", "one");
  server_.keep("a2?original=1", "two");
  const auto paths = collect({{.id = "a1", .name = "x.docx"}, {.id = "a2", .name = "../y.txt"}});
  ASSERT_TRUE(paths) << paths.error();
  ASSERT_EQ(paths->size(), 2U);
  EXPECT_THAT(paths->front(), EndsWith("/x.docx"));
  std::ifstream file(paths->back());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "two");
  EXPECT_THAT(paths->back(), testing::StartsWith(folder_ + "/chosen/"));
  EXPECT_FALSE(collect({{.id = "a1", .name = "x"}, {.id = "a3", .name = "y"}}));
}

}  // namespace
}  // namespace turnpike::renderer
