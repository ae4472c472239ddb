#include "credentials/server/service.h"

#include <gmock/gmock.h>

#include "tests/unit/credentials/server/test_plan.h"

namespace turnpike::credentials {
namespace {

using testing::HasSubstr;

http::Response ask(Service& service, const std::string& target, const std::string& key = {}) {
  http::Request request;
  request.method = http::Method::kGet;
  request.target = target;
  request.client = *Endpoint::parse("192.0.2.7:1000");
  if (!key.empty()) request.headers.set("X-Api-Key", key);
  if (auto refused = service.admit(request)) return *refused;
  return service.handle(request, nullptr);
}

TEST(Service, MintsBehindTheEntryPaths) {
  const auto service = Service::open(test_plan("service_1"));
  ASSERT_TRUE(service) << service.error();
  const auto answer = ask(**service, "/public/v1/ice-servers?user=alice", "shop.sesame");
  EXPECT_EQ(answer.status, 200u) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr("turn:turn.example.org:3478?transport=udp"));
  EXPECT_EQ(ask(**service, "/public/v1/ice-servers?user=alice", "shop.wrong").status, 401u);
  EXPECT_EQ(ask(**service, "/v1/ice-servers", "shop.sesame").status, 404u) << "no entry path";
}

TEST(Service, MetricsAreForTheInside) {
  const auto service = Service::open(test_plan("service_2"));
  EXPECT_EQ(ask(**service, "/public/metrics").status, 404u);
  const auto page = ask(**service, "/app/metrics");
  EXPECT_EQ(page.status, 200u);
  EXPECT_THAT(page.body, HasSubstr("turnpike_credentials_usable_relays 1\n"));
  EXPECT_THAT(page.body, HasSubstr("turnpike_credentials_store_up 1\n"));
}

TEST(Service, SaysThatItIsThereAndReady) {
  const auto service = Service::open(test_plan("service_3"));
  EXPECT_EQ(ask(**service, "/public/healthz").status, 200u);
  EXPECT_EQ(ask(**service, "/public/readyz").status, 200u);
}

}  // namespace
}  // namespace turnpike::credentials
