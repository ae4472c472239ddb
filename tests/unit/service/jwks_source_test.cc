#include "service/jwks_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>

#include "base/base64.h"
#include "http/server/http_server.h"
#include "tests/unit/service/temp_folder.h"
#include "tests/vectors/rfc7515.h"

namespace turnpike::service {
namespace {

using ::testing::HasSubstr;

std::string rsa_set(const std::string& id) {
  return R"({"keys":[{"kty":"RSA","e":"AQAB","kid":")" + id + R"(","n":")" +
         std::string(vectors::kRfc7515RsaModulus) + "\"}]}";
}

bool takes(const JwksSource& source, std::string_view key_id) {
  return source.keys()->verify(http::TokenAlgorithm::kRs256, key_id,
                               as_bytes(vectors::kRfc7515Rs256Input),
                               *base64url_decode(vectors::kRfc7515Rs256Signature));
}

bool comes_to_take(const JwksSource& source, std::string_view key_id) {
  for (int i = 0; i < 2000 && !takes(source, key_id); ++i) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  return takes(source, key_id);
}

TEST(JwksSource, AFileIsReadAndReadAgain) {
  const TempFolder folder;
  const std::string path = folder.file("jwks.json");
  EXPECT_THAT(JwksSource::open({.file = path}).error(), HasSubstr("cannot be read"));
  std::ofstream(path) << "{}";
  EXPECT_THAT(JwksSource::open({.file = path}).error(), HasSubstr("no keys in it"));
  std::ofstream(path) << rsa_set("one");
  const auto source = JwksSource::open({.file = path});
  ASSERT_TRUE(source) << source.error();
  EXPECT_TRUE(takes(**source, "one"));
  // Replaced as a whole, as a careful writer does it.
  std::ofstream(path + ".new") << rsa_set("two");
  std::filesystem::rename(path + ".new", path);
  EXPECT_TRUE(comes_to_take(**source, "two"));
  EXPECT_FALSE(takes(**source, "one"));
}

TEST(JwksSource, AnAddressIsAskedUntilItAnswersAndWhenAKeyIsMissed) {
  std::atomic<int> asked{0};
  http::HttpServerSettings settings;
  settings.tcp.push_back({.address = IpAddress::v4(127, 0, 0, 1)});
  auto server = http::HttpServer::start(std::move(settings), [&](const http::Request&) {
    const int before = asked++;
    if (before == 0) return http::Response::text(503, "later");
    return http::Response::json(200, rsa_set(before < 3 ? "one" : "two"));
  });
  ASSERT_TRUE(server) << server.error();
  const auto source =
      JwksSource::open({.url = "http://127.0.0.1:" + std::to_string((*server)->port()) + "/jwks",
                        .refresh_after_miss = seconds(0)});
  ASSERT_TRUE(source) << source.error();
  EXPECT_TRUE(comes_to_take(**source, "one"));
  EXPECT_TRUE(comes_to_take(**source, "two"));
  EXPECT_GE(asked, 3);
}

}  // namespace
}  // namespace turnpike::service
