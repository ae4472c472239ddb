// The rows about containers and pods, from the text of a configuration to the plan (setup.h).

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cobrowse/server/setup.h"
#include "http/core/json.h"
#include "tests/unit/conf/cobrowse_loading.h"

namespace turnpike::cobrowse {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Planned {
  CobrowsePlan plan;
  std::string said;
};

Planned plan_of(const std::string& text) {
  conf::CobrowseOutcome outcome = conf::load_cobrowse(conf::kNeeded + text);
  Planned planned;
  if (outcome.ok()) planned.plan = make_plan(outcome.config, outcome.diagnostics);
  planned.said = conf::complaints(outcome);
  return planned;
}

const std::string kSystem =
    "entry_paths: {system_enabled: true, system_prefix: /own, externally_protected: true}\n";
const std::string kDocker =
    "renderer: {backend: docker, control_url: \"http://10.1.2.3:8090\", memory_mb: 512}\n";

TEST(BackendPlan, ProcessesNeedNothing) {
  const Planned planned = plan_of("");
  EXPECT_EQ(planned.plan.backend, BackendKind::kProcess);
  EXPECT_EQ(planned.plan.sessions.session.renderer_start, seconds(30));
  EXPECT_THAT(planned.said, Not(HasSubstr("error")));
}

TEST(BackendPlan, Docker) {
  const std::string file =
      (std::filesystem::temp_directory_path() / ("profile" + std::to_string(::getpid()))).string();
  std::ofstream(file) << "{ \"defaultAction\": \"X\" }\n";
  const Planned planned = plan_of(kSystem + kDocker + "docker: {image: \"r:1\", network: n, " +
                                  "seccomp_file: " + file + "}\n");
  std::filesystem::remove(file);
  EXPECT_THAT(planned.said, Not(HasSubstr("error")));
  EXPECT_EQ(planned.plan.backend, BackendKind::kDocker);
  EXPECT_EQ(planned.plan.sessions.session.renderer_start, seconds(120));
  EXPECT_EQ(planned.plan.renderer_url, "http://10.1.2.3:8090/own/v1/renderer");
  EXPECT_EQ(planned.plan.docker.image, "r:1");
  EXPECT_EQ(planned.plan.docker.network, "n");
  EXPECT_EQ(planned.plan.docker.memory_mb, 512U);
  EXPECT_EQ(planned.plan.docker.seccomp, R"({"defaultAction":"X"})");
  EXPECT_THAT(http::to_json(planned.plan.sessions.renderer_orders), HasSubstr("10.1.2.3:8090"));
}

TEST(BackendPlan, Kubernetes) {
  const Planned planned =
      plan_of(kSystem +
              "renderer: {backend: kubernetes, control_url: \"http://c.svc:8090\"}\n"
              "timers: {absolute: 1000}\n"
              "kubernetes: {image: \"r:1\", api: \"https://api/\", namespace: n}\n");
  EXPECT_THAT(planned.said, Not(HasSubstr("error")));
  EXPECT_EQ(planned.plan.backend, BackendKind::kKubernetes);
  EXPECT_EQ(planned.plan.sessions.session.renderer_start, seconds(120));
  EXPECT_EQ(planned.plan.sessions.pool.start_within, seconds(150));
  EXPECT_EQ(planned.plan.kubernetes.api, "https://api");
  EXPECT_EQ(planned.plan.kubernetes.name_space, "n");
  EXPECT_EQ(planned.plan.kubernetes.most, seconds(1300));
  EXPECT_EQ(
      plan_of(kSystem + "renderer: {backend: kubernetes, control_url: \"http://c.svc:8090\", "
                        "warm_pool: 1}\ntimers: {absolute: 1000}\nkubernetes: {image: \"r:1\"}\n")
          .plan.kubernetes.most,
      seconds(4900))
      << "one may have waited before";
  EXPECT_THAT(planned.said, HasSubstr("kubernetes.seccomp_profile: without it"));
}

TEST(BackendPlan, WhatIsMissingIsNamed) {
  const std::string image = "docker: {image: \"r:1\"}\n";
  EXPECT_THAT(plan_of(kSystem + "renderer: {backend: docker}\n" + image).said,
              HasSubstr("renderer.control_url: is needed with renderer.backend docker"));
  EXPECT_THAT(
      plan_of(kSystem + "renderer: {backend: docker, control_url: \"cobrowse:1\"}\n" + image).said,
      HasSubstr("renderer.control_url: \"cobrowse:1\" is not an HTTP URL"));
  EXPECT_THAT(plan_of(kDocker + image).said,
              HasSubstr("entry_paths.system_enabled: has to be true with renderer.backend docker"));
  EXPECT_THAT(plan_of(kSystem + kDocker + "docker: {image: r, seccomp_file: /nowhere}\n").said,
              HasSubstr("docker.seccomp_file: \"/nowhere\" is no profile"));
  EXPECT_THAT(plan_of(kSystem + kDocker + image).said, HasSubstr("docker.seccomp_file: without"));
}

}  // namespace
}  // namespace turnpike::cobrowse
