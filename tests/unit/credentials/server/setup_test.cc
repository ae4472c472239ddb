#include "credentials/server/setup.h"

#include <gmock/gmock.h>

#include "tests/unit/credentials/server/test_plan.h"

namespace turnpike::credentials {
namespace {

using testing::HasSubstr;

std::string complaints(const conf::CredentialsConfig& config) {
  conf::Diagnostics diagnostics;
  make_plan(config, diagnostics);
  std::string text;
  for (const conf::Diagnostic& one : diagnostics.all()) text += one.to_string() + "\n";
  return text;
}

class Setup : public testing::Test {
 protected:
  conf::CredentialsConfig config_ = test_config("setup");
};

TEST_F(Setup, AGoodConfigHasNoComplaints) {
  EXPECT_EQ(complaints(config_), "");
  const ServicePlan plan = test_plan("setup");
  EXPECT_EQ(plan.api.relays.at(0).host, "turn.example.org");
  EXPECT_EQ(plan.keys.at("shop").caller.name, "shop");
  EXPECT_EQ(plan.watches.at(0).probe_host, "");
  EXPECT_EQ(plan.http.tcp.at(0).port, 8080);
}

TEST_F(Setup, WithoutSecretsOrRelaysNothingStarts) {
  config_.secrets.clear();
  config_.relays.clear();
  EXPECT_THAT(complaints(config_), HasSubstr("error: secrets: needs at least one"));
  EXPECT_THAT(complaints(config_), HasSubstr("error: relays: needs at least one"));
}

TEST_F(Setup, EqualAndNestedPrefixesAreRefusedAndNamed) {
  config_.internal_prefix = "/public";
  EXPECT_THAT(complaints(config_), HasSubstr("error: entry_paths: "));
  EXPECT_THAT(complaints(config_), HasSubstr("/public"));
  config_.internal_prefix = "/public/app";
  EXPECT_THAT(complaints(config_), HasSubstr("/public/app"));
}

TEST_F(Setup, SystemWithoutAuthenticationIsRefused) {
  config_.system_enabled = true;
  EXPECT_THAT(complaints(config_), HasSubstr("error: entry_paths: "));
  config_.system_externally_protected = true;
  EXPECT_THAT(complaints(config_), Not(HasSubstr("error")));
}

TEST_F(Setup, NamesTheKeyOfEveryWrongValue) {
  config_.listen = {"nowhere"};
  config_.trusted_proxies = {"10.0.0.1/8"};
  config_.relays[0].probe = "somewhere";
  config_.relays[0].transports = "udp,sctp";
  config_.api_keys[0].hash = "sha256:00";
  config_.api_keys[0].origins = {"no origin"};
  config_.lifetime_default = seconds(90'000);
  config_.tls_key = "key.pem";
  const std::string text = complaints(config_);
  for (const char* key :
       {"listen", "trusted_proxies", "relays[0].probe", "relays[0].transports", "api_keys[0].hash",
        "api_keys[0].origins", "lifetime.default", "tls.certificate"}) {
    EXPECT_THAT(text, HasSubstr(std::string("error: ") + key + ": "));
  }
}

TEST_F(Setup, TwoKeysHaveTwoIdsWithoutDots) {
  config_.api_keys.push_back(config_.api_keys[0]);
  EXPECT_THAT(complaints(config_), HasSubstr("api_keys[1].id: \"shop\" is there twice"));
  config_.api_keys[1].id = "a.b";
  EXPECT_THAT(complaints(config_), HasSubstr("api_keys[1].id: must have no dot"));
}

TEST_F(Setup, TokensNeedAnIssuerAnAudienceAndKeys) {
  config_.jwt_issuer = "https://id.example.org";
  EXPECT_THAT(complaints(config_), HasSubstr("error: jwt.issuer: needs jwt.jwks_file"));
  config_.jwt_issuer.clear();
  config_.jwt_jwks_file = "jwks.json";
  EXPECT_THAT(complaints(config_), HasSubstr("error: jwt.issuer: is needed"));
  EXPECT_THAT(complaints(config_), HasSubstr("error: jwt.audience: is needed"));
  config_.jwt_issuer = "https://id.example.org";
  config_.jwt_audience = "turn";
  EXPECT_EQ(complaints(config_), "");
  config_.jwt_jwks_url = "https://id.example.org/jwks.json";
  EXPECT_THAT(complaints(config_), HasSubstr("error: jwt.jwks_url: is there beside"));
  config_.jwt_jwks_file.clear();
  EXPECT_EQ(complaints(config_), "");
  config_.jwt_jwks_url = "http://id.example.org/jwks.json";
  EXPECT_THAT(complaints(config_), HasSubstr("error: jwt.jwks_url: must begin with https://"));
  config_.jwt_jwks_url = "http://127.0.0.1:8081/jwks.json";
  EXPECT_EQ(complaints(config_), "");
  config_.jwt_jwks_url = "nonsense";
  EXPECT_THAT(complaints(config_), HasSubstr("error: jwt.jwks_url: "));
}

TEST_F(Setup, HoursAndQuotasBecomeThePolicy) {
  config_.api_keys[0].hours = {"Mo-Fr 08:00-18:00"};
  config_.api_keys[0].per_day = 7;
  conf::Diagnostics diagnostics;
  const ServicePlan plan = make_plan(config_, diagnostics);
  EXPECT_EQ(plan.policies.at("shop").per_day, 7u);
  EXPECT_EQ(plan.policies.at("shop").hours.size(), 1u);
  config_.api_keys[0].hours = {"always"};
  EXPECT_THAT(complaints(config_), HasSubstr("error: api_keys[0].hours: write hours as"));
}

TEST_F(Setup, ListensOnEveryAddressWhereAsked) {
  config_.listen = {"*:1", "[::1]:2"};
  conf::Diagnostics diagnostics;
  const ServicePlan plan = make_plan(config_, diagnostics);
  ASSERT_EQ(plan.http.tcp.size(), 2u);
  EXPECT_FALSE(plan.http.tcp[0].address);
  EXPECT_EQ(plan.http.tcp[1].address->to_string(), "::1");
}

}  // namespace
}  // namespace turnpike::credentials
