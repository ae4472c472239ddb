#include <gtest/gtest.h>

#include "conf/check_turnserver.h"
#include "tests/unit/conf/loading.h"

namespace turnpike::conf {
namespace {

using testing::HasSubstr;

TEST(Imply, UsersImplyLongTermCredentials) {
  const LoadOutcome o = load_bare("user=alice:pw\nrealm=x\n");
  EXPECT_TRUE(o.config.lt_cred_mech);
  EXPECT_EQ(o.config.origin(Option::lt_cred_mech).to_string(), "implied by user");
  EXPECT_FALSE(o.config.use_auth_secret);
  EXPECT_EQ(said(o), "");
}

TEST(Imply, SecretsImplySharedSecretMode) {
  const LoadOutcome o = load_bare("static-auth-secret=hush\nrealm=x\n");
  EXPECT_TRUE(o.config.use_auth_secret);
  EXPECT_EQ(o.config.origin(Option::use_auth_secret).to_string(), "implied by static-auth-secret");
  EXPECT_FALSE(o.config.lt_cred_mech);
}

TEST(Imply, AnExplicitNoStays) {
  const LoadOutcome o = load_bare("user=alice:pw\nstatic-auth-secret=hush\nlt-cred-mech=no\n");
  EXPECT_FALSE(o.config.lt_cred_mech);
  EXPECT_TRUE(o.config.use_auth_secret);
  EXPECT_THAT(said(o), HasSubstr("lt-cred-mech: is off, so user has no effect"));
}

TEST(Imply, RealmHasFallbacks) {
  EXPECT_EQ(load_bare("user=a:b\nrealm=r\nserver-name=s\n", {.domain_name = "d"}).config.realm,
            "r");
  const LoadOutcome by_name = load_bare("user=a:b\nserver-name=s\n", {.domain_name = "d"});
  EXPECT_EQ(by_name.config.realm, "s");
  EXPECT_EQ(by_name.config.origin(Option::realm).to_string(), "implied by server-name");
  EXPECT_EQ(load_bare("user=a:b\n", {.domain_name = "d"}).config.realm, "d");
  EXPECT_EQ(load_bare("user=a:b\n").config.realm, "");
  EXPECT_EQ(load_bare("user=a:b\nserver-name=" + std::string(200, 's')).config.realm.size(), 127U);
}

TEST(Imply, OldSpellingOfKeep) {
  EXPECT_EQ(load("keep-address-family").config.allocation_default_address_family, "keep");
  EXPECT_EQ(load("keep-address-family=no").config.allocation_default_address_family, "ipv4");
  EXPECT_EQ(load("keep-address-family\nallocation-default-address-family=ipv6")
                .config.allocation_default_address_family,
            "ipv6");
}

TEST(Imply, StunOnlyShortensTheTimeout) {
  EXPECT_EQ(load("").config.max_allocate_timeout, seconds(60));
  EXPECT_EQ(load("stun-only").config.max_allocate_timeout, seconds(3));
  EXPECT_EQ(load("stun-only\nmax-allocate-timeout=60").config.max_allocate_timeout, seconds(60));
}

TEST(Imply, VerboseFollowsFromVeryVerbose) {
  EXPECT_TRUE(load("Verbose").config.verbose);
  EXPECT_FALSE(load("").config.verbose);
}

TEST(Imply, OddNumbersAndSeparatorsAreMadeUsable) {
  EXPECT_EQ(load("unauthorized-ratelimit-rps=0").config.unauthorized_ratelimit_rps, 10U);
  const LoadOutcome o = load("rest-api-separator=::");
  EXPECT_EQ(o.config.rest_api_separator, ":");
  EXPECT_THAT(said(o), HasSubstr("only the first character counts"));
}

}  // namespace
}  // namespace turnpike::conf
