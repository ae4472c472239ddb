#include "conf/load_credentials.h"

#include <gmock/gmock.h>

#include "tests/unit/conf/credentials_loading.h"

namespace turnpike::conf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(LoadCredentials, AnEmptyFileIsTheDefaults) {
  const CredentialsOutcome outcome = load_yaml("");
  EXPECT_TRUE(outcome.ok());
  EXPECT_THAT(outcome.config.listen, ElementsAre("127.0.0.1:8080"));
  EXPECT_EQ(outcome.config.public_prefix, "/public");
  EXPECT_EQ(outcome.config.lifetime_max, seconds(86400));
  EXPECT_FALSE(outcome.config.system_enabled);
}

TEST(LoadCredentials, ReadsEveryKindOfValue) {
  const CredentialsOutcome outcome = load_yaml(R"(
listen: ["127.0.0.1:1", "[::1]:2"]
lifetime:
  default: 600
relay_only: yes
hash: sha256
secrets: [new, old]
relays:
  - host: a.example.org
    tls_port: 5349
  - host: b.example.org
    region: eu
api_keys:
  - id: shop
    hash: sha256:00
    users: [shop-*]
)");
  ASSERT_TRUE(outcome.ok()) << complaints(outcome);
  const CredentialsConfig& config = outcome.config;
  EXPECT_THAT(config.listen, ElementsAre("127.0.0.1:1", "[::1]:2"));
  EXPECT_EQ(config.lifetime_default, seconds(600));
  EXPECT_TRUE(config.relay_only);
  EXPECT_EQ(config.hash, "sha256");
  ASSERT_EQ(config.secrets.size(), 2u);
  EXPECT_EQ(config.secrets[0].reveal(), "new");
  ASSERT_EQ(config.relays.size(), 2u);
  EXPECT_EQ(config.relays[0].tls_port, 5349);
  EXPECT_EQ(config.relays[1].region, "eu");
  ASSERT_EQ(config.api_keys.size(), 1u);
  EXPECT_THAT(config.api_keys[0].users, ElementsAre("shop-*"));
  EXPECT_EQ(config.origin("lifetime.default").to_string(), "c.yml:4");
  EXPECT_EQ(config.origin("relays[1].region").to_string(), "c.yml:12");
  EXPECT_TRUE(config.origin("separator").is_default());
}

TEST(LoadCredentials, AnUnknownKeyNamesTheNearestWithFileAndLine) {
  EXPECT_EQ(complaints(load_yaml("hash: sha1\nsecret: y\n")),
            "c.yml:2: error: secret: there is no such key, did you mean secrets?\n");
  EXPECT_EQ(complaints(load_yaml("tls:\n  certificat: y\n")),
            "c.yml:2: error: tls.certificat: there is no such key, did you mean "
            "tls.certificate?\n");
  EXPECT_EQ(complaints(load_yaml("relays:\n  - host: a\n    regio: y\n")),
            "c.yml:3: error: relays[].regio: there is no such key, did you mean "
            "relays[].region?\n");
  EXPECT_EQ(complaints(load_yaml("zzzzzzzzzzzzz: y\n")),
            "c.yml:1: error: zzzzzzzzzzzzz: there is no such key\n");
}

TEST(LoadCredentials, NamesEveryMistakeOfOneFile) {
  const std::string text = complaints(load_yaml("audit_file: []\nhash: md5\nrelay_only: 7\n"));
  EXPECT_THAT(text, HasSubstr("c.yml:1: error: audit_file: needs one value"));
  EXPECT_THAT(text, HasSubstr("c.yml:2: error: hash: \"md5\" is none of sha1|sha256"));
  EXPECT_THAT(text, HasSubstr("c.yml:3: error: relay_only: \"7\" is neither true nor false"));
}

TEST(LoadCredentials, SecretsComeFromFilesAndTheEnvironment) {
  const CredentialsOutcome outcome =
      load_yaml("secrets: [\"file:/s\", \"env:TURN_SECRET\"]", {{"/s", "from-a-file\n"}});
  ASSERT_TRUE(outcome.ok()) << complaints(outcome);
  EXPECT_EQ(outcome.config.secrets[0].reveal(), "from-a-file");
  EXPECT_EQ(outcome.config.secrets[1].reveal(), "from-the-environment");
}

TEST(LoadCredentials, ASecretThatCannotBeReadIsAnError) {
  EXPECT_THAT(complaints(load_yaml("secrets: file:/missing")),
              HasSubstr("secrets: the file /missing cannot be read"));
  EXPECT_THAT(complaints(load_yaml("secrets: env:NOPE")),
              HasSubstr("secrets: the environment has no NOPE"));
}

TEST(LoadCredentials, TheOtherNamesMeanTheSame) {
  const CredentialsOutcome outcome = load_yaml(R"(
com.unblu.webrtc.iceServer: turn.example.org
com.unblu.webrtc.credentialSecretKey: W3dEO1VoSURAJVtCeGdPVHoqYWtOJiMoaUhCYEFRemFsSW0q
com.unblu.webrtc.useRelayOnly: true
com.unblu.identifier.publicPathPrefix: /unblu
com.unblu.identifier.internalPathPrefix: /inside
com.unblu.identifier.systemPathPrefix: /sys
com.unblu.identifier.webhookPathPrefix: /hook
com.unblu.systementrypath.enabled: true
com.unblu.systementrypath.externallyProtected: true
com.unblu.systementrypath.basicHTTPAuthenticationUsername: u
com.unblu.systementrypath.basicHTTPAuthenticationPassword: p
com.unblu.webhookentrypath.enabled: true
com.unblu.ingress.webhook.origin: https://hooks.example.org
com.unblu.ingress.webhook.allowedIpRanges: 192.0.2.0/24, 2001:db8::/32
)");
  ASSERT_TRUE(outcome.ok()) << complaints(outcome);
  const CredentialsConfig& config = outcome.config;
  ASSERT_EQ(config.relays.size(), 1u);
  EXPECT_EQ(config.relays[0].host, "turn.example.org");
  EXPECT_EQ(config.relays[0].tls_port, 443);
  ASSERT_EQ(config.secrets.size(), 1u);
  EXPECT_EQ(config.secrets[0].reveal(), "W3dEO1VoSURAJVtCeGdPVHoqYWtOJiMoaUhCYEFRemFsSW0q");
  EXPECT_TRUE(config.relay_only);
  EXPECT_EQ(config.public_prefix, "/unblu");
  EXPECT_EQ(config.internal_prefix, "/inside");
  EXPECT_EQ(config.system_prefix, "/sys");
  EXPECT_EQ(config.webhook_prefix, "/hook");
  EXPECT_TRUE(config.system_enabled);
  EXPECT_TRUE(config.system_externally_protected);
  EXPECT_EQ(config.system_user, "u");
  EXPECT_EQ(config.system_password.reveal(), "p");
  EXPECT_TRUE(config.webhook_enabled);
  EXPECT_EQ(config.webhook_origin, "https://hooks.example.org");
  EXPECT_THAT(config.webhook_ranges, ElementsAre("192.0.2.0/24", "2001:db8::/32"));
}

TEST(LoadCredentials, AKeyIsGivenOnce) {
  EXPECT_THAT(complaints(load_yaml("relay_only: true\ncom.unblu.webrtc.useRelayOnly: true\n")),
              HasSubstr("relay_only: is given twice"));
}

TEST(LoadCredentials, EntriesHaveWhatTheyNeed) {
  EXPECT_THAT(complaints(load_yaml("relays: [{region: eu}]")), HasSubstr("an entry has no host"));
  EXPECT_THAT(complaints(load_yaml("api_keys:\n  - id: a\n")),
              HasSubstr("c.yml:2: error: api_keys: an entry has neither a hash"));
  EXPECT_EQ(complaints(load_yaml("api_keys: [{id: a, certificate: CN=a}]")), "");
  EXPECT_THAT(complaints(load_yaml("api_keys: [{hash: a}]")), HasSubstr("an entry has no id"));
}

TEST(LoadCredentials, AFileThatIsNotThereIsNamed) {
  MapReader none({});
  const CredentialsOutcome outcome = load_credentials_file("/no.yml", {none, read_environment});
  EXPECT_FALSE(outcome.ok());
  EXPECT_THAT(complaints(outcome), HasSubstr("/no.yml cannot be read"));
}

}  // namespace
}  // namespace turnpike::conf
