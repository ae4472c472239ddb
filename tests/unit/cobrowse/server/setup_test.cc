#include "cobrowse/server/setup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/core/json.h"
#include "relay/crypto/key_hash.h"

namespace turnpike::cobrowse {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CobrowseSetup : public testing::Test {
 protected:
  CobrowseSetup() {
    config_.public_url = "https://help.example.org//";
    config_.secrets = {Secret("north")};
    config_.relays.emplace_back();
    config_.relays[0].host = "192.0.2.7";
    config_.relays[0].admin_socket = "/run/turnpike/admin.sock";
    config_.api_keys.emplace_back();
    config_.api_keys[0].id = "shop";
    config_.api_keys[0].hash = crypto::hash_api_key("sesame");
  }
  CobrowsePlan plan() {
    conf::Diagnostics diagnostics;
    CobrowsePlan made = make_plan(config_, diagnostics);
    complaints_.clear();
    for (const conf::Diagnostic& one : diagnostics.all()) complaints_ += one.to_string() + "\n";
    return made;
  }
  std::string complaints() {
    plan();
    return complaints_;
  }
  conf::CobrowseConfig config_;
  std::string complaints_;
};

TEST_F(CobrowseSetup, AGoodConfigHasNoComplaints) {
  const CobrowsePlan made = plan();
  EXPECT_EQ(complaints_, "");
  EXPECT_EQ(made.sessions.public_url, "https://help.example.org");
  EXPECT_EQ(made.sessions.public_prefix, "/public");
  EXPECT_EQ(made.sessions.max_sessions, 8U);
  EXPECT_EQ(made.sessions.mint.max_lifetime, seconds(10800));
  EXPECT_EQ(made.sessions.relays.at(0).host, "192.0.2.7");
  EXPECT_FALSE(made.sessions.relays.at(0).stun);
  EXPECT_EQ(made.watches.at(0).admin_socket, "/run/turnpike/admin.sock");
  EXPECT_FALSE(made.agents.keys.at("shop").admin);
  EXPECT_EQ(made.state_file, "cobrowse.db");
  EXPECT_EQ(made.renderer_program, "/usr/local/bin/turnpike-renderer");
}

TEST_F(CobrowseSetup, ValuesReachTheSessions) {
  config_.timers_inactive = seconds(5);
  config_.timers_warning = seconds(2);
  config_.sessions_mode = "shared";
  config_.sessions_max = 3;
  config_.sessions_max_load = 150;
  config_.renderer_warm_pool = 2;
  config_.renderer_memory_mb = 700;
  config_.renderer_uid_range = "2000-2009";
  config_.policy_clipboard = false;
  config_.invites_free_attempts = 2;
  config_.hash = "sha256";
  config_.separator = "!";
  config_.api_keys[0].role = "admin";
  const CobrowsePlan made = plan();
  EXPECT_EQ(complaints_, "");
  EXPECT_EQ(made.sessions.session.timers.inactive, seconds(5));
  EXPECT_EQ(made.sessions.session.timers.warning, seconds(2));
  EXPECT_EQ(made.sessions.mode, ControlMode::kShared);
  EXPECT_EQ(made.sessions.max_sessions, 3U);
  EXPECT_EQ(made.sessions.needs.max_load_percent, 150U);
  EXPECT_EQ(made.sessions.needs.memory_mb, 700U);
  EXPECT_EQ(made.sessions.pool.size, 2U);
  EXPECT_EQ(made.sessions.uids.value_or(UidRange()).last, 2009U);
  EXPECT_FALSE(made.sessions.session.clipboard);
  EXPECT_FALSE(made.sessions.session.audio);
  EXPECT_EQ(made.sessions.attempts.free, 2U);
  EXPECT_EQ(made.sessions.mint.hash, credentials::RestHash::kSha256);
  EXPECT_EQ(made.sessions.mint.separator, '!');
  EXPECT_TRUE(made.agents.keys.at("shop").admin);
}

TEST_F(CobrowseSetup, SitesThatEmbedAreOrigins) {
  config_.embed_origins = {"https://WWW.example.org", "https://*.example.net:8443"};
  EXPECT_EQ(plan().embed_origins,
            (std::vector<std::string>{"https://www.example.org", "https://*.example.net:8443"}));
  for (const char* const bad : {"*", "www.example.org", "https://a/b", "https://a; script-src *"}) {
    config_.embed_origins = {bad};
    EXPECT_THAT(complaints(), HasSubstr("embed_origins: ")) << bad;
  }
}

TEST_F(CobrowseSetup, RenderersAreToldTheirRules) {
  config_.renderer_width = 800;
  config_.renderer_audio = true;
  config_.egress_deny_sites = {"ads.example.org"};
  config_.listen = {"127.0.0.1:8090"};
  const auto orders = plan().sessions.renderer_orders;
  EXPECT_EQ(orders.at("width"), 800);
  EXPECT_EQ(orders.at("audio"), true);
  EXPECT_TRUE(plan().sessions.session.audio);
  config_.renderer_capture = "test";
  EXPECT_FALSE(plan().sessions.session.audio) << "there is no browser";
  EXPECT_EQ(http::to_json(orders.at("deny_sites")), R"(["ads.example.org"])");
  EXPECT_THAT(http::to_json(orders.at("own_addresses")), HasSubstr("127.0.0.1:8090"));
  EXPECT_THAT(http::to_json(orders.at("own_addresses")), HasSubstr("192.0.2.7:3478"));
  EXPECT_EQ(orders.at("download_mb"), 20);
  EXPECT_TRUE(plan().sessions.session.downloads);
  config_.policy_downloads = false;
  EXPECT_EQ(plan().sessions.renderer_orders.at("download_mb"), 0);
  config_.policy_downloads = true;
  config_.documents_enabled = false;
  EXPECT_FALSE(plan().sessions.session.downloads) << "there is nowhere to keep them";
  for (const char* const secret : {"north", "sesame", "cobrowse.db"}) {
    EXPECT_THAT(http::to_json(orders), Not(HasSubstr(secret)));
  }
}

TEST_F(CobrowseSetup, ErrorsNameKeyAndReason) {
  config_.relays[0].transports = "udp,sctp";
  EXPECT_THAT(complaints(), HasSubstr("error: relays[0].transports: \"sctp\" is none of"));
  config_.relays[0].transports = "tls";
  EXPECT_THAT(complaints(), HasSubstr("error: relays[0].transports: renderers reach a relay over"));
  config_.relays[0].transports = "udp";
  config_.api_keys[0].hash = "sesame";
  EXPECT_THAT(complaints(), HasSubstr("error: api_keys[0].hash: must be sha256:"));
  config_.api_keys[0].hash = crypto::hash_api_key("sesame");
  config_.api_keys[0].id = "a.b";
  EXPECT_THAT(complaints(), HasSubstr("error: api_keys[0].id: must have no dot"));
  config_.api_keys[0].id = "shop";
  config_.api_keys.push_back(config_.api_keys[0]);
  EXPECT_THAT(complaints(), HasSubstr("error: api_keys[1].id: \"shop\" is there twice"));
  config_.api_keys.pop_back();
  config_.renderer_uid_range = "5-7";
  EXPECT_THAT(complaints(), HasSubstr("error: renderer.uid_range: from 1000 up to"));
  config_.renderer_uid_range = "none";
  EXPECT_FALSE(plan().sessions.uids);
  config_.listen = {"nowhere"};
  EXPECT_THAT(complaints(), HasSubstr("error: listen"));
}

TEST_F(CobrowseSetup, ASeparatorIsNothingThatSessionsAreNamedWith) {
  for (const char* const separator : {"-", "_", "a", "Z", "7"}) {
    config_.separator = separator;
    EXPECT_THAT(complaints(), HasSubstr("error: separator: must be no letter")) << separator;
  }
  config_.separator = "|";
  EXPECT_EQ(complaints(), "");
}

TEST_F(CobrowseSetup, RemarksOnWhatIsMissing) {
  config_.relays[0].admin_socket = "";
  config_.api_keys.clear();
  EXPECT_THAT(complaints(), HasSubstr("relays: none has an admin_socket"));
  EXPECT_THAT(complaints(), HasSubstr("api_keys: there are none"));
  EXPECT_THAT(complaints(), Not(HasSubstr("error")));
}

}  // namespace
}  // namespace turnpike::cobrowse
