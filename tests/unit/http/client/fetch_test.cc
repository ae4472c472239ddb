#include "http/client/fetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "http/server/http_server.h"

namespace turnpike::http {
namespace {

using testing::HasSubstr;

class FetchTest : public testing::Test {
 protected:
  FetchTest() {
    std::string name = (std::filesystem::temp_directory_path() / "turnpike_fetch_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    HttpServerSettings settings;
    settings.tcp.push_back({.address = IpAddress::v4(127, 0, 0, 1)});
    settings.unix_sockets.push_back({.path = socket_path()});
    auto server = HttpServer::start(std::move(settings), [](const Request& request) {
      if (request.path == "/long") return Response::text(200, std::string(5000, 'x'));
      if (request.path == "/none") return Response{.status = 204, .headers = {}, .body = {}};
      if (request.path == "/slow") std::this_thread::sleep_for(std::chrono::milliseconds(300));
      std::string who = request.peer_uid ? "uid " + std::to_string(*request.peer_uid) : "tcp";
      Response response =
          Response::text(418, who + " " + std::string(method_name(request.method)) + " " +
                                  std::string(request.headers.find("Host")) + " " + request.body);
      response.headers.add("X-Echo", request.headers.find("X-Echo"));
      return response;
    });
    EXPECT_TRUE(server) << server.error();
    server_ = *std::move(server);
  }
  ~FetchTest() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string socket_path() const { return (folder_ / "s").string(); }
  std::string url(std::string_view target) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + std::string(target);
  }

  std::filesystem::path folder_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(FetchTest, AnyStatusIsAnAnswer) {
  ClientRequest request{.method = Method::kPut, .url = url("/x"), .body = "hi"};
  request.headers.add("X-Echo", "e");
  request.headers.add("Host", "spoofed");
  const auto answer = fetch(request);
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->status, 418U);
  EXPECT_EQ(answer->headers.find("x-echo"), "e");
  EXPECT_EQ(answer->body, "tcp PUT 127.0.0.1:" + std::to_string(server_->port()) + " hi");
}

TEST_F(FetchTest, OverAUnixSocketTheServerKnowsTheUser) {
  const auto answer = fetch({.url = "http://relay/x", .unix_socket = socket_path()});
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_EQ(answer->body, "uid " + std::to_string(::geteuid()) + " GET relay ");
}

TEST_F(FetchTest, BodilessAnswers) {
  const auto none = fetch({.method = Method::kDelete, .url = url("/none")});
  ASSERT_TRUE(none) << none.error();
  EXPECT_EQ(none->status, 204U);
  const auto head = fetch({.method = Method::kHead, .url = url("/long")});
  ASSERT_TRUE(head) << head.error();
  EXPECT_EQ(head->headers.find("Content-Length"), "5000");
  EXPECT_EQ(head->body, "");
}

TEST_F(FetchTest, ALongAnswerIsAnError) {
  EXPECT_TRUE(fetch({.url = url("/long"), .max_body_bytes = 5000}));
  const auto answer = fetch({.url = url("/long"), .max_body_bytes = 4999});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error(), HasSubstr("longer than 4999 bytes"));
}

TEST_F(FetchTest, ADeadlineIsKept) {
  const auto answer = fetch({.url = url("/slow"), .deadline = std::chrono::milliseconds(50)});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error(), HasSubstr("did not answer within 50 ms"));
}

TEST_F(FetchTest, ErrorsNameTheOther) {
  EXPECT_THAT(fetch({.url = "http://127.0.0.1:1/"}).error(), HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(fetch({.url = "http://nowhere.invalid/"}).error(), HasSubstr("nowhere.invalid"));
  EXPECT_THAT(fetch({.url = "nothing"}).error(), HasSubstr("nothing"));
  const std::string missing = socket_path() + "x";
  EXPECT_THAT(fetch({.url = "http://a/", .unix_socket = missing}).error(), HasSubstr(missing));
  EXPECT_FALSE(fetch({.url = "http://a/", .unix_socket = std::string(200, 'x')}));
  ClientRequest request{.url = "https://127.0.0.1:1/"};
  request.tls.ca_file = missing;
  EXPECT_THAT(fetch(request).error(), HasSubstr("CA file"));
}

}  // namespace
}  // namespace turnpike::http
