#include "conf/check_cobrowse.h"

#include "tests/unit/conf/cobrowse_loading.h"

namespace turnpike::conf {
namespace {

using testing::HasSubstr;

/// A cobrowse.yml with this public_url, and what is said about it.
std::string about_url(const std::string& url) {
  return complaints(load_cobrowse("public_url: " + url + "\nsecrets: [a]\nrelays: [{host: a}]\n"));
}

TEST(CheckCobrowse, WhatIsNeededIsNamed) {
  EXPECT_EQ(complaints(load_cobrowse("")),
            "config: error: public_url: is needed: it is what invites point to\n"
            "config: error: secrets: needs at least one secret, the relays' static-auth-secret\n"
            "config: error: relays: needs at least one relay with its host\n");
}

TEST(CheckCobrowse, InvitesPointToAnAddress) {
  EXPECT_EQ(about_url("https://help.example.org"), "");
  EXPECT_EQ(about_url("https://help.example.org:8443/co"), "");
  EXPECT_EQ(about_url("http://localhost:8090"), "");
  EXPECT_EQ(about_url("\"http://[::1]:8090\""), "");
  EXPECT_THAT(about_url("help.example.org"),
              HasSubstr("b.yml:1: error: public_url: must begin with https://"));
  EXPECT_THAT(about_url("https:///co"), HasSubstr("has no host"));
  EXPECT_THAT(about_url("https://a@help.example.org"), HasSubstr("a host and a path only"));
  EXPECT_THAT(about_url("https://help.example.org?a=b"), HasSubstr("a host and a path only"));
  EXPECT_THAT(about_url("https://help.example.org/"), HasSubstr("must not end with /"));
  EXPECT_THAT(about_url("http://help.example.org"),
              HasSubstr("b.yml:1: warning: public_url: without https://"));
}

TEST(CheckCobrowse, ACredentialOutlivesItsSession) {
  EXPECT_EQ(cobrowse_complaints("credential_lifetime: 7200\n"),
            "b.yml:5: error: credential_lifetime: 7200 is not more than timers.absolute, which is "
            "7200\n");
  EXPECT_EQ(cobrowse_complaints("credential_lifetime: 7201\n"), "");
  EXPECT_EQ(cobrowse_complaints("timers: {absolute: 10800}\n"),
            "b.yml:5: error: credential_lifetime: 10800 is not more than timers.absolute, which is "
            "10800\n");
}

TEST(CheckCobrowse, TransportsAreThree) {
  EXPECT_EQ(cobrowse_complaints("    transports: udp, tls\n"), "");
  EXPECT_EQ(cobrowse_complaints("    transports: udp,dtls\n"),
            "b.yml:5: error: relays[0].transports: \"dtls\" is none of udp, tcp, tls\n");
  EXPECT_THAT(cobrowse_complaints("    transports: \"udp,\"\n"), HasSubstr("\"\" is none of"));
}

TEST(CheckCobrowse, TimersKeepTheirOrder) {
  EXPECT_EQ(cobrowse_complaints("timers: {inactive: 7201}\n"),
            "b.yml:5: error: timers.inactive: 7201 is more than timers.absolute, which is 7200\n");
  EXPECT_THAT(cobrowse_complaints("timers: {offline: 7201}\n"), HasSubstr("timers.offline: 7201"));
  EXPECT_EQ(cobrowse_complaints("timers: {warning: 600}\n"),
            "b.yml:5: error: timers.warning: 600 is not less than timers.inactive, which is 600\n");
  EXPECT_THAT(cobrowse_complaints("timers: {absolute: 60, inactive: 60, offline: 60}\n"),
              HasSubstr("timers.warning: 60 is not less than timers.absolute, which is 60"));
}

TEST(CheckCobrowse, NothingGoesRoundTheRelay) {
  EXPECT_EQ(cobrowse_complaints("relay_only: true\n"), "");
  EXPECT_THAT(cobrowse_complaints("relay_only: false\n"),
              HasSubstr("warning: relay_only: is on all the same"));
}

TEST(CheckCobrowse, RenderersMustBePossible) {
  EXPECT_THAT(cobrowse_complaints("renderer: {width: 1281}\n"),
              HasSubstr("renderer.width: 1281 is odd"));
  EXPECT_THAT(cobrowse_complaints("renderer: {height: 721}\n"),
              HasSubstr("renderer.height: 721 is odd"));
  EXPECT_THAT(cobrowse_complaints("renderer: {user: root}\n"), HasSubstr("must not be root"));
  EXPECT_THAT(cobrowse_complaints("renderer: {user: \"0\"}\n"), HasSubstr("must not be root"));
  EXPECT_THAT(cobrowse_complaints("renderer: {allow_unsandboxed: yes}\n"),
              HasSubstr("b.yml:5: warning: renderer.allow_unsandboxed"));
}

TEST(CheckCobrowse, BackEndsNeedTheirImage) {
  EXPECT_EQ(cobrowse_complaints("renderer: {backend: docker}\n"),
            "b.yml:5: error: docker.image: is needed, because renderer.backend is docker\n");
  EXPECT_EQ(cobrowse_complaints("renderer: {backend: docker}\ndocker: {image: a}\n"), "");
  EXPECT_EQ(
      cobrowse_complaints("renderer: {backend: kubernetes}\n"),
      "b.yml:5: error: kubernetes.image: is needed, because renderer.backend is kubernetes\n");
  EXPECT_THAT(cobrowse_complaints("renderer: {backend: kubernetes}\n"
                                  "kubernetes: {image: a, api: \"http://10.0.0.1\"}\n"),
              HasSubstr("kubernetes.api: must begin with https://"));
}

TEST(CheckCobrowse, SitesAreHosts) {
  EXPECT_THAT(
      cobrowse_complaints("egress: {allow_sites: [\"https://example.org\"]}\n"),
      HasSubstr("b.yml:5: error: egress.allow_sites: \"https://example.org\" has a scheme"));
  EXPECT_THAT(cobrowse_complaints("egress: {deny_sites: [example.org/ads]}\n"),
              HasSubstr("egress.deny_sites: \"example.org/ads\" has a path"));
  EXPECT_THAT(cobrowse_complaints("egress: {allow_sites: [a.org], deny_sites: [a.org]}\n"),
              HasSubstr("egress.deny_sites: \"a.org\" is in egress.allow_sites too"));
  EXPECT_THAT(cobrowse_complaints("egress: {allow_internal: [10.0.0.0/33]}\n"),
              HasSubstr("egress.allow_internal: \"10.0.0.0/33\" is no network"));
}

}  // namespace
}  // namespace turnpike::conf
