#include "cobrowse/server/agents.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/base64.h"
#include "http/core/json.h"
#include "relay/crypto/openssl_digests.h"
#include "tests/unit/service/temp_folder.h"

namespace turnpike::cobrowse {
namespace {

constexpr std::int64_t kNow_s = 1'800'000'000;
constexpr const char* kShared = "0123456789abcdef0123456789abcdef";

class AgentsTest : public testing::Test {
 protected:
  AgentsTest() {
    std::ofstream(folder_.file("jwks.json"))
        << R"({"keys":[{"kty":"oct","k":")" << base64url_encode(as_bytes(kShared)) << "\"}]}";
    jwks_ = *service::JwksSource::open({.file = folder_.file("jwks.json")});
    AgentSettings settings;
    settings.keys = {{"shop", {digests_.sha256({as_bytes("sesame")}), false}},
                     {"boss", {digests_.sha256({as_bytes("open")}), true}}};
    settings.token_rules = {.issuer = "me", .audience = "cobrowse"};
    settings.attempts = {.free = 2};
    agents_ = std::make_unique<Agents>(settings, digests_, jwks_.get());
    without_tokens_ = std::make_unique<Agents>(settings, digests_, nullptr);
  }

  Result<Agent, AgentRefusal> admit(const std::string& shown) {
    return agents_->admit(request(shown), now_);
  }
  http::Request request(const std::string& shown) const {
    http::Request made;
    made.client = {address_, 5000};
    if (!shown.empty()) made.headers.set("Authorization", shown);
    return made;
  }
  std::string token(const std::string& more, std::string_view key = kShared) const {
    const auto part = [](std::string_view text) { return base64url_encode(as_bytes(text)); };
    const std::string body = part(R"({"alg":"HS256"})") + "." +
                             part(R"({"iss":"me","aud":"cobrowse","exp":1800000100)" + more + "}");
    const Sha256 mac = digests_.hmac_sha256(as_bytes(key), {as_bytes(body)});
    return "Bearer " + body + "." + base64url_encode(mac);
  }

  service::TempFolder folder_;
  crypto::OpensslDigests digests_;
  std::unique_ptr<service::JwksSource> jwks_;
  std::unique_ptr<Agents> agents_, without_tokens_;
  IpAddress address_ = IpAddress::v4(192, 0, 2, 1);
  Now now_{MonotonicTime(std::chrono::hours(10)), WallTime(seconds(kNow_s))};
};

TEST_F(AgentsTest, AKeyOpens) {
  const auto shop = admit("Bearer shop.sesame");
  ASSERT_TRUE(shop);
  EXPECT_EQ(shop->name, "shop");
  EXPECT_FALSE(shop->admin);
  EXPECT_TRUE(admit("Bearer boss.open")->admin);
}

TEST_F(AgentsTest, OtherKeysDoNot) {
  for (const char* const shown :
       {"", "Bearer", "Basic c2hvcDpzZXNhbWU=", "Bearer shop", "Bearer shop.", "Bearer boss.sesame",
        "Bearer .sesame", "Bearer nobody.", "shop.sesame"}) {
    address_ = IpAddress::v4(192, 0, 2, static_cast<std::uint8_t>(address_.bytes()[3] + 1));
    const auto agent = admit(shown);
    ASSERT_FALSE(agent) << shown;
    EXPECT_EQ(agent.error().status, 401U) << shown;
  }
}

TEST_F(AgentsTest, WhoGuessesWaitsAndOthersDoNot) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(admit("Bearer shop.no").error().status, 401U);
  const auto held = admit("Bearer shop.sesame");
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().status, 429U);
  EXPECT_GE(held.error().retry_after_s, 1U);
  EXPECT_TRUE(admit("Bearer boss.open"));  // another key, the same address
  for (int i = 0; i < 3; ++i) EXPECT_EQ(admit("Bearer nobody.no").error().status, 401U);
  EXPECT_EQ(admit("Bearer somebody.no").error().status, 429U);  // names cannot be tried either
  now_.monotonic += seconds(2);
  EXPECT_TRUE(admit("Bearer shop.sesame"));
}

TEST_F(AgentsTest, ATokenOpens) {
  const auto ann = admit(token(R"(,"sub":"ann","turnpike":"agent")"));
  ASSERT_TRUE(ann);
  EXPECT_EQ(ann->name, "token:ann");
  EXPECT_FALSE(ann->admin);
  EXPECT_FALSE(admit(token(R"(,"sub":"ann")"))->admin);
  EXPECT_TRUE(admit(token(R"(,"sub":"ann","turnpike":"admin")"))->admin);
  EXPECT_FALSE(admit(token(R"(,"sub":"ann","turnpike":"shop")"))->admin) << "as that key";
  EXPECT_TRUE(admit(token(R"(,"sub":"ann","turnpike":"boss")"))->admin);
}

TEST_F(AgentsTest, OtherTokensDoNot) {
  EXPECT_EQ(admit(token(R"(,"sub":"ann","turnpike":"user")")).error().status, 403U);
  EXPECT_EQ(admit(token(R"(,"sub":"ann","turnpike":7)")).error().status, 403U);
  EXPECT_EQ(admit(token("")).error().status, 401U);
  EXPECT_EQ(admit(token(R"(,"sub":"")")).error().status, 401U);
  EXPECT_EQ(admit(token(R"(,"sub":7)")).error().status, 401U);
  EXPECT_EQ(admit(token(",\"sub\":\"" + std::string(201, 'a') + "\"")).error().status, 401U);
  EXPECT_EQ(admit(token(R"(,"sub":"ann")", "another key of the same length!!")).error().status,
            401U);
  const std::string good = token(R"(,"sub":"ann")");
  EXPECT_EQ(without_tokens_->admit(request(good), now_).error().status, 401U);
  now_.wall += seconds(200);
  EXPECT_EQ(admit(good).error().status, 401U);
}

}  // namespace
}  // namespace turnpike::cobrowse
