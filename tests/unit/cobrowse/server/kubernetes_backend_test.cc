#include "cobrowse/server/kubernetes_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "http/core/json.h"
#include "http/server/http_server.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

constexpr const char* kSecret = "very-secret-token";
const json::object kOrders{{"session", "-Ab_1"}, {"token", kSecret}};

/// An API server: what a test does not change is well.
class KubernetesBackendTest : public testing::Test {
 protected:
  KubernetesBackendTest() {
    std::string name = (std::filesystem::temp_directory_path() / "turnpike_k8s_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    write_token("token-1\n");
    http::HttpServerSettings settings;
    settings.tcp.push_back({.address = IpAddress::v4(127, 0, 0, 1)});
    auto server = http::HttpServer::start(
        std::move(settings), [this](const http::Request& request) { return answer(request); });
    EXPECT_TRUE(server) << server.error();
    server_ = *std::move(server);
  }
  ~KubernetesBackendTest() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  void write_token(std::string_view token) const { std::ofstream(folder_ / "token") << token; }

  KubernetesSettings settings() const {
    return {.api = "http://127.0.0.1:" + std::to_string(server_->port()),
            .name_space = "turnpike",
            .image = "registry/renderer:1",
            .program = "/usr/local/bin/turnpike-renderer",
            .token_file = (folder_ / "token").string(),
            .owner = "0123abcd",
            .deadline = milliseconds(2000)};
  }

  http::Response answer(const http::Request& request) {
    {
      const std::lock_guard lock(mutex_);
      seen_.push_back(request);
    }
    const std::string line =
        std::string(http::method_name(request.method)) + " " + std::string(request.target);
    if (!changed_.empty() && line.starts_with(changed_)) {
      std::this_thread::sleep_for(delay_);
      return changed_answer_;
    }
    if (request.method == http::Method::kPost && request.path.ends_with("/pods")) {
      return http::Response::json(201, R"({"metadata":{"uid":"uid-1"}})");
    }
    if (request.method == http::Method::kPost) return http::Response::json(201, "{}");
    if (request.method == http::Method::kGet) return http::Response::json(200, R"({"items":[]})");
    return http::Response::json(200, "{}");
  }
  void change(std::string line, unsigned status, std::string body) {
    changed_ = std::move(line);
    changed_answer_ = http::Response::json(status, std::move(body));
  }
  std::vector<http::Request> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  std::string last_line() {
    const auto all = seen();
    return all.empty()
               ? ""
               : std::string(http::method_name(all.back().method)) + " " + all.back().target;
  }

  std::filesystem::path folder_;
  std::mutex mutex_;
  std::vector<http::Request> seen_;
  std::string changed_;
  http::Response changed_answer_;
  milliseconds delay_{0};
  std::unique_ptr<http::HttpServer> server_;
};

TEST_F(KubernetesBackendTest, MakesAPodAndThenItsSecret) {
  KubernetesManager manager(settings());
  const auto id = manager.create("-Ab_1", kOrders);
  ASSERT_TRUE(id) << id.error();
  EXPECT_THAT(*id, MatchesRegex("turnpike-renderer-[0-9a-f]+-[0-9a-f]+"));
  EXPECT_LE(id->size(), 63U);
  const auto all = seen();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].target, "/api/v1/namespaces/turnpike/pods");
  EXPECT_EQ(all[0].headers.find("Authorization"), "Bearer token-1");
  EXPECT_EQ(all[0].headers.find("Content-Type"), "application/json");
  EXPECT_THAT(all[0].body, Not(HasSubstr(kSecret)));
  const auto pod = http::parse_json_object(all[0].body);
  ASSERT_TRUE(pod);
  EXPECT_EQ(pod->at("metadata").at("name"), json::string(*id));
  EXPECT_EQ(pod->at("metadata").at("labels").at("turnpike.owner"), "0123abcd");
  EXPECT_EQ(all[1].target, "/api/v1/namespaces/turnpike/secrets");
  const auto secret = http::parse_json_object(all[1].body);
  ASSERT_TRUE(secret);
  EXPECT_EQ(secret->at("metadata").at("ownerReferences").at(0).at("uid"), "uid-1");
  EXPECT_EQ(secret->at("stringData").at("orders.json"), json::string(http::to_json(kOrders)));
}

TEST_F(KubernetesBackendTest, NamesAreOfTheSessionAndTheStart) {
  const KubernetesManager manager(settings());
  EXPECT_EQ(manager.pod_name("a", 255), manager.pod_name("a", 255));
  EXPECT_NE(manager.pod_name("a", 255), manager.pod_name("A", 255));
  EXPECT_THAT(manager.pod_name("a", 255), testing::EndsWith("-ff"));
}

TEST_F(KubernetesBackendTest, TheTokenIsReadForEachRequest) {
  KubernetesManager manager(settings());
  ASSERT_TRUE(manager.list());
  write_token("token-2");
  ASSERT_TRUE(manager.list());
  EXPECT_EQ(seen().back().headers.find("Authorization"), "Bearer token-2");
  write_token("");
  EXPECT_THAT(manager.list().error(), HasSubstr("no token in"));
  EXPECT_FALSE(manager.create("s", kOrders));
  EXPECT_FALSE(manager.remove("p"));
}

TEST_F(KubernetesBackendTest, FailuresSayWhatToDo) {
  struct Case {
    std::string line;
    unsigned status;
    std::string body;
    std::string words;
  };
  const std::string base = "POST /api/v1/namespaces/turnpike/";
  for (const Case& one : std::initializer_list<Case>{
           {base + "pods", 404, R"({"message":"x"})", "there is no namespace \"turnpike\" (x)"},
           {base + "pods", 409, R"({"message":"exists"})", "there is another pod"},
           {base + "pods", 403, R"({"message":"forbidden: quota"})",
            "status 403 (forbidden: quota)"},
           {base + "pods", 500, "", "status 500"},
           {base + "pods", 201, "{}", "has no uid"},
           {base + "secrets", 400, std::string(R"({"message":"in )") + kSecret + "\"}",
            "is refused: status 400"}}) {
    change(one.line, one.status, one.body);
    KubernetesManager manager(settings());
    const auto id = manager.create("s", kOrders);
    ASSERT_FALSE(id) << one.words;
    EXPECT_THAT(id.error(), HasSubstr(one.words));
    EXPECT_THAT(id.error(), Not(HasSubstr(kSecret)));
  }
  EXPECT_THAT(last_line(),
              StartsWith("DELETE /api/v1/namespaces/turnpike/pods/turnpike-renderer-"));
}

TEST_F(KubernetesBackendTest, ASilentServerIsNotWaitedForLong) {
  change("POST", 201, "{}");
  delay_ = milliseconds(400);
  KubernetesSettings hasty = settings();
  hasty.deadline = milliseconds(100);
  EXPECT_THAT(KubernetesManager(hasty).create("s", kOrders).error(), HasSubstr("100 ms"));
}

TEST_F(KubernetesBackendTest, TheSecretGoesWhenThePodRuns) {
  KubernetesManager manager(settings());
  const auto id = manager.create("s", kOrders);
  ASSERT_TRUE(id);
  const auto item = [&](const char* phase) {
    return R"({"items":[{"metadata":{"name":")" + *id +
           R"(","annotations":{"turnpike/session":"s"}},"status":{"phase":")" + phase + "\"}}]}";
  };
  change("GET", 200, item("Pending"));
  const auto pending = manager.list();
  ASSERT_TRUE(pending) << pending.error();
  EXPECT_EQ(last_line(),
            "GET /api/v1/namespaces/turnpike/pods?labelSelector=turnpike.owner%3D0123abcd");
  EXPECT_EQ(pending->at(0).session, "s");
  change("GET", 200, item("Running"));
  ASSERT_TRUE(manager.list());
  EXPECT_EQ(last_line(), "DELETE /api/v1/namespaces/turnpike/secrets/" + *id);
  ASSERT_TRUE(manager.list());
  EXPECT_THAT(last_line(), StartsWith("GET"));
}

TEST_F(KubernetesBackendTest, RemovingWhatIsGoneIsNoError) {
  KubernetesManager manager(settings());
  change("DELETE", 404, "{}");
  EXPECT_TRUE(manager.remove("p"));
  EXPECT_EQ(last_line(), "DELETE /api/v1/namespaces/turnpike/pods/p");
  change("DELETE", 500, "{}");
  EXPECT_FALSE(manager.remove("p"));
}

TEST_F(KubernetesBackendTest, AnEndedPodIsReportedAndOrphansAreRemoved) {
  change("GET", 200,
         R"({"items":[{"metadata":{"name":"p1","annotations":{"turnpike/session":"gone"}},
             "status":{"phase":"Running"}},
             {"metadata":{"name":"p2","annotations":{"turnpike/session":"known"}},
             "status":{"phase":"Failed"}}]})");
  KubernetesSettings quick = settings();
  quick.period = milliseconds(50);
  const auto backend = make_kubernetes_backend(quick);
  backend->keep_only({"known"});
  std::vector<std::string> ended;
  for (int i = 0; i < 500 && ended.empty(); ++i) {
    std::this_thread::sleep_for(milliseconds(10));
    ended = backend->take_ended();
  }
  EXPECT_THAT(ended, testing::ElementsAre("known"));
  const auto was_deleted = [&](std::string_view pod) {
    for (const http::Request& one : seen()) {
      if (one.method == http::Method::kDelete && one.target.ends_with(pod)) return true;
    }
    return false;
  };
  for (int i = 0; i < 500 && !(was_deleted("/p1") && was_deleted("/p2")); ++i) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_TRUE(was_deleted("/p1"));
  EXPECT_TRUE(was_deleted("/p2"));
}

}  // namespace
}  // namespace turnpike::cobrowse
