#include "cobrowse/server/docker_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "base/log.h"
#include "fake_daemon.h"
#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kSecret = "very-secret-token";
const json::object kOrders{{"session", "Ab-1"}, {"token", kSecret}};

DockerSettings settings(const FakeDaemon& daemon) {
  return {.socket = daemon.path(),
          .image = "renderer:1",
          .network = "turnpike",
          .program = "/usr/local/bin/turnpike-renderer",
          .owner = "0123abcd",
          .seccomp = R"({"defaultAction":"SCMP_ACT_ERRNO"})",
          .memory_mb = 512,
          .cpu_percent = 150,
          .pids = 300,
          .deadline = milliseconds(2000)};
}

/// A daemon that is well, but for what a test changes: the answer to one kind of request.
FakeDaemon::Answers well_but(std::string_view line, FakeAnswer other) {
  return [line = std::string(line), other](const SeenRequest& request) -> FakeAnswer {
    if (!line.empty() && request.line.starts_with(line)) return other;
    if (request.line == "GET /version") {
      return {.body = R"({"ApiVersion":"1.45","MinAPIVersion":"1.24"})"};
    }
    if (request.line.find("/containers/create") != std::string::npos) {
      return {.status = 201, .body = R"({"Id":"c0ffee","Warnings":[]})"};
    }
    if (request.line.find("/attach") != std::string::npos) return {.status = 101, .hijacks = true};
    if (request.line.find("/containers/json") != std::string::npos) return {.body = "[]"};
    return {.status = 204};
  };
}

TEST(DockerBackend, CreatesAttachesStartsAndGivesOrdersToTheInput) {
  FakeDaemon daemon(well_but("", {}));
  DockerManager manager(settings(daemon));
  const auto id = manager.create("Ab-1", kOrders);
  ASSERT_TRUE(id) << id.error();
  EXPECT_EQ(*id, "c0ffee");
  EXPECT_THAT(
      daemon.lines(),
      ElementsAre("GET /version", "POST /v1.41/containers/create?name=turnpike-renderer-Ab-1",
                  "POST /v1.41/containers/c0ffee/attach?stream=1&stdin=1",
                  "POST /v1.41/containers/c0ffee/start"));
  EXPECT_EQ(daemon.input(), http::to_json(kOrders));
}

TEST(DockerBackend, TheContainerIsConfined) {
  FakeDaemon daemon(well_but("", {}));
  DockerManager manager(settings(daemon));
  ASSERT_TRUE(manager.create("Ab-1", kOrders));
  const auto body = http::parse_json_object(daemon.seen()[1].body);
  ASSERT_TRUE(body) << body.error();
  EXPECT_EQ(body->at("Image"), "renderer:1");
  EXPECT_EQ(body->at("Entrypoint"), json::array{"/usr/local/bin/turnpike-renderer"});
  EXPECT_EQ(body->at("Env"), json::array());
  EXPECT_EQ(body->at("User"), "10001:10001");
  EXPECT_EQ(body->at("OpenStdin"), true);
  EXPECT_EQ(body->at("StdinOnce"), true);
  EXPECT_EQ(body->at("Labels"),
            (json::object{{"turnpike.session", "Ab-1"}, {"turnpike.owner", "0123abcd"}}));
  const json::object& host = body->at("HostConfig").as_object();
  EXPECT_EQ(host.at("Memory"), 512 << 20);
  EXPECT_EQ(host.at("MemorySwap"), 512 << 20);
  EXPECT_EQ(host.at("NanoCpus"), 1'500'000'000);
  EXPECT_EQ(host.at("PidsLimit"), 300);
  EXPECT_EQ(host.at("ReadonlyRootfs"), true);
  EXPECT_TRUE(host.at("Tmpfs").as_object().contains("/tmp"));
  EXPECT_EQ(host.at("CapDrop"), json::array{"ALL"});
  EXPECT_EQ(host.at("SecurityOpt"), (json::array{"no-new-privileges:true",
                                                 R"(seccomp={"defaultAction":"SCMP_ACT_ERRNO"})"}));
  EXPECT_EQ(host.at("NetworkMode"), "turnpike");
  EXPECT_EQ(host.at("AutoRemove"), false);
}

TEST(DockerBackend, PodmanIsToldWhereTheProfileIs) {
  FakeDaemon daemon(
      well_but("GET /version",
               {.body = R"({"ApiVersion":"1.41","Components":[{"Name":"Podman Engine"}]})"}));
  DockerSettings own = settings(daemon);
  own.seccomp_file = "/etc/profile.json";
  ASSERT_TRUE(DockerManager(own).create("Ab-1", kOrders));
  EXPECT_THAT(daemon.seen()[1].body, HasSubstr("\"seccomp=/etc/profile.json\""));
}

TEST(DockerBackend, NoRequestHasTheSecretInIt) {
  FakeDaemon daemon(well_but("", {}));
  DockerManager manager(settings(daemon));
  ASSERT_TRUE(manager.create("Ab-1", kOrders));
  ASSERT_TRUE(manager.list());
  for (const SeenRequest& request : daemon.seen()) {
    EXPECT_THAT(request.head + request.body, Not(HasSubstr(kSecret)));
  }
}

TEST(DockerBackend, FailuresSayWhatToDo) {
  struct Case {
    std::string line;
    FakeAnswer answer;
    std::string words;
  };
  const std::string attach = "POST /v1.41/containers/c0ffee/attach";
  for (const Case& one : std::initializer_list<Case>{
           {"POST /v1.41/containers/create",
            {.status = 404, .body = R"({"message":"No such image: renderer:1"})"},
            "the image \"renderer:1\" is not there; build or pull it on that machine (No such"},
           {"POST /v1.41/containers/create",
            {.status = 409, .body = R"({"message":"in use"})"},
            "there is another container \"turnpike-renderer-Ab-1\"; remove it (in use)"},
           {"POST /v1.41/containers/create",
            {.status = 500, .body = R"({"message":"disk full"})"},
            "POST /v1.41/containers/create: status 500 (disk full)"},
           {"POST /v1.41/containers/create", {.status = 201, .body = "{}"}, "has no Id"},
           {attach, {.status = 400}, "attach: HTTP/1.1 400"},
           {"POST /v1.41/containers/c0ffee/start",
            {.status = 500, .body = R"({"message":"no runtime"})"},
            "start: status 500 (no runtime)"},
           {"GET /version", {.body = R"({"ApiVersion":"1.40"})"}, "speaks version 1.40"},
           {"GET /version", {.body = R"({"ApiVersion":"new"})"}, "says no ApiVersion"}}) {
    FakeDaemon daemon(well_but(one.line, one.answer));
    DockerManager manager(settings(daemon));
    const auto id = manager.create("Ab-1", kOrders);
    ASSERT_FALSE(id) << one.words;
    EXPECT_THAT(id.error(), HasSubstr(one.words));
    EXPECT_THAT(id.error(), Not(HasSubstr(kSecret)));
  }
}

TEST(DockerBackend, WhatDoesNotStartIsRemoved) {
  FakeDaemon daemon(well_but("POST /v1.41/containers/c0ffee/start", {.status = 500}));
  DockerManager manager(settings(daemon));
  EXPECT_FALSE(manager.create("Ab-1", kOrders));
  EXPECT_EQ(daemon.lines().back(), "DELETE /v1.41/containers/c0ffee?force=true&v=true");
}

TEST(DockerBackend, ASilentDaemonIsNotWaitedForLong) {
  for (const char* const line : {"GET /version", "POST /v1.41/containers/c0ffee/attach"}) {
    FakeDaemon daemon(well_but(line, {.is_silent = true}));
    DockerSettings hasty = settings(daemon);
    hasty.deadline = milliseconds(100);
    DockerManager manager(hasty);
    const auto id = manager.create("Ab-1", kOrders);
    ASSERT_FALSE(id);
    EXPECT_THAT(id.error(), testing::AnyOf(HasSubstr("100 ms"), HasSubstr("no answer in time")));
  }
}

TEST(DockerBackend, ANewDaemonIsSpokenToInItsOldestVersion) {
  FakeDaemon daemon(
      well_but("GET /version", {.body = R"({"ApiVersion":"1.52","MinAPIVersion":"1.44"})"}));
  DockerManager manager(settings(daemon));
  ASSERT_TRUE(manager.list());
  EXPECT_THAT(daemon.lines().back(), StartsWith("GET /v1.44/containers/json"));
}

TEST(DockerBackend, ListsOwnContainersWithTheirState) {
  FakeDaemon daemon(well_but(
      "GET /v1.41/containers/json",
      {.body = R"j([{"Id":"1","State":"running","Status":"Up","Labels":{"turnpike.session":"a"}},
                   {"Id":"2","State":"exited","Status":"Exited (1)",
                    "Labels":{"turnpike.session":"b"}},
                   {"Id":"3","State":"removing","Labels":{"turnpike.session":"c"}},
                   {"Id":"4","State":"created","Labels":{}}])j"}));
  DockerManager manager(settings(daemon));
  const auto found = manager.list();
  ASSERT_TRUE(found) << found.error();
  EXPECT_EQ(daemon.lines().back(),
            "GET /v1.41/containers/json?all=1&filters="
            "%7B%22label%22%3A%5B%22turnpike.owner%3D0123abcd%22%5D%7D");
  ASSERT_EQ(found->size(), 3U);
  EXPECT_EQ((*found)[0].session, "a");
  EXPECT_TRUE((*found)[0].running);
  EXPECT_FALSE((*found)[1].running);
  EXPECT_EQ((*found)[1].detail, "Exited (1)");
  EXPECT_EQ((*found)[2].session, "");
}

TEST(DockerBackend, AListThatIsNoneIsAnError) {
  FakeDaemon daemon(well_but("GET /v1.41/containers/json", {.body = "{}"}));
  EXPECT_FALSE(DockerManager(settings(daemon)).list());
}

TEST(DockerBackend, RemovingWhatIsGoneIsNoError) {
  FakeDaemon gone(well_but("DELETE", {.status = 404}));
  EXPECT_TRUE(DockerManager(settings(gone)).remove("c0ffee"));
  FakeDaemon ill(well_but("DELETE", {.status = 500}));
  EXPECT_FALSE(DockerManager(settings(ill)).remove("c0ffee"));
}

}  // namespace
}  // namespace turnpike::cobrowse
