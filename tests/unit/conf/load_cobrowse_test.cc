#include "conf/load_cobrowse.h"

#include "tests/unit/conf/cobrowse_loading.h"

namespace turnpike::conf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(LoadCobrowse, TheRestHasDefaults) {
  const CobrowseOutcome outcome = load_cobrowse(kNeeded);
  ASSERT_EQ(complaints(outcome), "");
  const CobrowseConfig& config = outcome.config;
  EXPECT_THAT(config.listen, ElementsAre("127.0.0.1:8090"));
  EXPECT_EQ(config.credential_lifetime, seconds(10800));
  EXPECT_TRUE(config.relay_only);
  EXPECT_FALSE(config.system_enabled);
  EXPECT_EQ(config.sessions_max, 8u);
  EXPECT_EQ(config.sessions_mode, "single");
  EXPECT_EQ(config.timers_absolute, seconds(7200));
  EXPECT_EQ(config.renderer_backend, "process");
  EXPECT_EQ(config.renderer_user, "nobody");
  EXPECT_FALSE(config.renderer_allow_unsandboxed);
  EXPECT_TRUE(config.policy_clipboard);
  EXPECT_TRUE(config.egress_allow_sites.empty());
}

TEST(LoadCobrowse, ReadsWhatIsItsOwn) {
  const CobrowseOutcome outcome = load_cobrowse(kNeeded + R"(
credential_lifetime: 4000
timers: {absolute: 3600, warning: 30}
sessions: {max: 2, mode: shared}
invites: {pin_lifetime: 60, free_attempts: 3}
renderer: {backend: docker, capture: cdp, width: 1920, height: 1080}
docker: {image: "renderer:1"}
egress:
  allow_sites: ["*.example.org"]
  allow_ports: [8080, 8443]
  allow_internal: [10.20.0.0/16, intranet]
policy: {clipboard: no, sensitive_selectors: ["#iban"]}
store: {state: /tmp/x.db}
api_keys:
  - {id: desk, hash: "sha256:00"}
  - {id: boss, hash: "sha256:01", role: admin}
)");
  ASSERT_EQ(complaints(outcome), "");
  const CobrowseConfig& config = outcome.config;
  EXPECT_EQ(config.credential_lifetime, seconds(4000));
  EXPECT_EQ(config.timers_warning, seconds(30));
  EXPECT_EQ(config.sessions_mode, "shared");
  EXPECT_EQ(config.invites_free_attempts, 3u);
  EXPECT_EQ(config.renderer_width, 1920u);
  EXPECT_EQ(config.docker_image, "renderer:1");
  EXPECT_THAT(config.egress_allow_ports, ElementsAre(8080, 8443));
  EXPECT_THAT(config.egress_allow_internal, ElementsAre("10.20.0.0/16", "intranet"));
  EXPECT_FALSE(config.policy_clipboard);
  EXPECT_THAT(config.policy_sensitive_selectors, ElementsAre("#iban"));
  EXPECT_EQ(config.store_state, "/tmp/x.db");
  ASSERT_EQ(config.api_keys.size(), 2u);
  EXPECT_EQ(config.api_keys[0].role, "agent");
  EXPECT_EQ(config.api_keys[1].role, "admin");
  EXPECT_EQ(config.relays[0].host, "turn.example.org");
  EXPECT_EQ(config.origin("egress.allow_ports").to_string(), "b.yml:14");
}

TEST(LoadCobrowse, TheOtherNamesMeanTheSame) {
  const CobrowseOutcome outcome = load_cobrowse(R"(
public_url: https://help.example.org
com.unblu.webrtc.iceServer: turn.example.org
com.unblu.webrtc.credentialSecretKey: file:/s
com.unblu.webrtc.useRelayOnly: false
com.unblu.identifier.publicPathPrefix: /unblu
com.unblu.ingress.webhook.allowedIpRanges: 192.0.2.0/24, 2001:db8::/32
)",
                                                {{"/s", "a-secret\n"}});
  ASSERT_TRUE(outcome.ok()) << complaints(outcome);
  ASSERT_EQ(outcome.config.relays.size(), 1u);
  EXPECT_EQ(outcome.config.relays[0].host, "turn.example.org");
  EXPECT_EQ(outcome.config.secrets[0].reveal(), "a-secret");
  EXPECT_FALSE(outcome.config.relay_only);
  EXPECT_EQ(outcome.config.public_prefix, "/unblu");
  EXPECT_THAT(outcome.config.webhook_ranges, ElementsAre("192.0.2.0/24", "2001:db8::/32"));
}

TEST(LoadCobrowse, NamesFileLineKeyAndTheNearestKey) {
  EXPECT_EQ(cobrowse_complaints("timers:\n  absolut: 60\n"),
            "b.yml:6: error: timers.absolut: there is no such key, did you mean "
            "timers.absolute?\n");
  EXPECT_EQ(cobrowse_complaints("    prob: off\n"),
            "b.yml:5: error: relays[].prob: there is no such key, did you mean relays[].port?\n");
  EXPECT_EQ(cobrowse_complaints("renderer: {backend: podman}\n"),
            "b.yml:5: error: renderer.backend: \"podman\" is none of process|docker|kubernetes\n");
  EXPECT_EQ(cobrowse_complaints("renderer: {max_fps: 61}\n"),
            "b.yml:5: error: renderer.max_fps: 61 is out of range, allowed are 1 to 60\n");
  EXPECT_EQ(cobrowse_complaints("api_keys:\n  - id: desk\n"),
            "b.yml:6: error: api_keys: an entry has no hash\n");
}

TEST(LoadCobrowse, ATextThatIsNoYamlIsTheOnlyMistake) {
  const CobrowseOutcome outcome = load_cobrowse("a: [");
  EXPECT_THAT(complaints(outcome), HasSubstr("this is no YAML"));
  EXPECT_EQ(outcome.diagnostics.all().size(), 1u);
}

TEST(LoadCobrowse, AFileIsReadAndChecked) {
  MapReader files(
      std::map<std::string, std::string>{{"/b.yml", kNeeded + "renderer: {width: 641}"}});
  const SecretSources sources = secrets_of(files);
  EXPECT_THAT(complaints(load_cobrowse_file("/b.yml", sources)),
              HasSubstr("/b.yml:5: error: renderer.width: 641 is odd"));
  const CobrowseOutcome none = load_cobrowse_file("/no.yml", sources);
  EXPECT_THAT(complaints(none), HasSubstr("/no.yml cannot be read"));
  EXPECT_EQ(none.diagnostics.all().size(), 1u);
}

}  // namespace
}  // namespace turnpike::conf
