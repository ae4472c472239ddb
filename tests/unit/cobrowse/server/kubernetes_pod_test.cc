#include "cobrowse/server/kubernetes_pod.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

KubernetesSettings settings() {
  KubernetesSettings made;
  made.image = "registry/renderer:1";
  made.program = "/r";
  made.owner = "0123abcd";
  made.memory_mb = 512;
  made.cpu_percent = 150;
  made.most = seconds(7500);
  return made;
}

TEST(KubernetesPod, IsConfined) {
  const json::object pod = describe_pod(settings(), "p", "-Ab_", "hash");
  const json::object& spec = pod.at("spec").as_object();
  EXPECT_EQ(spec.at("restartPolicy"), "Never");
  EXPECT_EQ(spec.at("activeDeadlineSeconds"), 7500);
  EXPECT_EQ(spec.at("automountServiceAccountToken"), false);
  const json::object& all = spec.at("securityContext").as_object();
  EXPECT_EQ(all.at("runAsNonRoot"), true);
  EXPECT_EQ(all.at("runAsUser"), 10001U);
  EXPECT_EQ(all.at("seccompProfile"), (json::object{{"type", "RuntimeDefault"}}));
  for (const char* const list : {"initContainers", "containers"}) {
    const json::object& one = spec.at(list).as_array().at(0).as_object();
    EXPECT_EQ(one.at("image"), "registry/renderer:1");
    EXPECT_FALSE(one.contains("env"));
    const json::object& own = one.at("securityContext").as_object();
    EXPECT_EQ(own.at("allowPrivilegeEscalation"), false);
    EXPECT_EQ(own.at("readOnlyRootFilesystem"), true);
    EXPECT_EQ(own.at("capabilities"), (json::object{{"drop", json::array{"ALL"}}}));
    EXPECT_EQ(one.at("resources").at("limits"),
              (json::object{{"memory", "512Mi"}, {"cpu", "1500m"}}));
  }
  const json::object& renderer = spec.at("containers").as_array().at(0).as_object();
  EXPECT_EQ(renderer.at("command"), (json::array{"/r", "--orders", "/run/turnpike/orders.json"}));
}

TEST(KubernetesPod, OnlyTheInitContainerSeesTheSecret) {
  const json::object pod = describe_pod(settings(), "p", "s", "hash");
  EXPECT_THAT(http::to_json(pod.at("spec").at("initContainers")), HasSubstr("\"name\":\"secret\""));
  EXPECT_THAT(http::to_json(pod.at("spec").at("containers")),
              testing::Not(HasSubstr("\"name\":\"secret\"")));
}

TEST(KubernetesPod, AnySessionIdFits) {
  const json::object pod = describe_pod(settings(), "p", "-Ab_", "hash");
  EXPECT_EQ(pod.at("metadata").at("labels").at("turnpike.session"), "hash");
  EXPECT_EQ(pod.at("metadata").at("annotations").at(kSessionAnnotation), "-Ab_");
}

TEST(KubernetesPod, ALocalProfile) {
  KubernetesSettings own = settings();
  own.seccomp_profile = "profiles/x.json";
  EXPECT_EQ(describe_pod(own, "p", "s", "h").at("spec").at("securityContext").at("seccompProfile"),
            (json::object{{"type", "Localhost"}, {"localhostProfile", "profiles/x.json"}}));
}

TEST(KubernetesPod, TheSecretBelongsToItsPod) {
  const json::object secret = describe_secret(settings(), "p", "uid-1", "{}");
  EXPECT_EQ(secret.at("metadata").at("ownerReferences"),
            (json::array{json::object{
                {"apiVersion", "v1"}, {"kind", "Pod"}, {"name", "p"}, {"uid", "uid-1"}}}));
  EXPECT_EQ(secret.at("stringData"), (json::object{{"orders.json", "{}"}}));
  EXPECT_EQ(secret.at("immutable"), true);
}

std::optional<FoundPod> read(const char* status, const char* more = "") {
  const std::string text = std::string(R"({"metadata":{"name":"p",)") + more +
                           R"("annotations":{"turnpike/session":"s"}},"status":)" + status + "}";
  const auto item = http::parse_json_object(text);
  EXPECT_TRUE(item) << text;
  return read_pod(*item);
}

TEST(KubernetesPod, PhasesThatRun) {
  for (const char* const phase : {"Pending", "Running", "Unknown"}) {
    const auto pod = read((R"({"phase":")" + std::string(phase) + "\"}").c_str());
    ASSERT_TRUE(pod);
    EXPECT_TRUE(pod->renderer.running) << phase;
    EXPECT_EQ(pod->renderer.session, "s");
  }
  EXPECT_TRUE(read("{}")->is_pending);
  EXPECT_TRUE(read(R"({"phase":"Pending"})")->is_pending);
  EXPECT_FALSE(read(R"({"phase":"Running"})")->is_pending);
}

TEST(KubernetesPod, PhasesThatAreTheEnd) {
  EXPECT_FALSE(read(R"({"phase":"Succeeded"})")->renderer.running);
  const auto failed = read(R"({"phase":"Failed","reason":"Evicted","message":"no memory"})");
  EXPECT_FALSE(failed->renderer.running);
  EXPECT_THAT(failed->renderer.detail, HasSubstr("Evicted"));
}

TEST(KubernetesPod, AnImageThatDoesNotComeIsTheEnd) {
  const auto waiting = [](const std::string& reason) {
    return read((R"({"phase":"Pending","initContainerStatuses":[{"name":"orders","state":)"
                 R"({"waiting":{"reason":")" +
                 reason + R"(","message":"not found"}}}]})")
                    .c_str());
  };
  EXPECT_FALSE(waiting("ImagePullBackOff")->renderer.running);
  EXPECT_THAT(waiting("ImagePullBackOff")->renderer.detail,
              HasSubstr("orders: ImagePullBackOff: not found"));
  EXPECT_TRUE(waiting("PodInitializing")->renderer.running);
}

TEST(KubernetesPod, WhatIsBeingDeletedIsLeftOut) {
  EXPECT_FALSE(read(R"({"phase":"Running"})", R"("deletionTimestamp":"2026-01-01T00:00:00Z",)"));
  EXPECT_FALSE(read_pod({}));
}

}  // namespace
}  // namespace turnpike::cobrowse
