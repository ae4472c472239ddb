#include "cobrowse/server/cluster.h"

#include <gtest/gtest.h>

#include "relay/crypto/openssl_digests.h"

namespace turnpike::cobrowse {
namespace {

const crypto::OpensslDigests kDigests;
const Secret kSecret("one secret of all");

http::Request request() {
  http::Request one;
  one.method = http::Method::kPost;
  one.target = "/public/v1/join";
  one.client = {IpAddress::v4(192, 0, 2, 7), 99};
  one.tls = true;
  return one;
}

TEST(Cluster, APassCarriesTheClient) {
  http::Request sent = request();
  sent.headers.set(kPassHeader, make_pass(kDigests, kSecret, sent, 1000));
  sent.client = {IpAddress::v4(10, 0, 0, 1), 5};
  sent.tls = false;
  ASSERT_TRUE(take_pass(kDigests, kSecret, sent, 1059));
  EXPECT_EQ(sent.client.ip.to_string(), "192.0.2.7");
  EXPECT_TRUE(sent.tls);
}

TEST(Cluster, APassIsForOneRequestOneSecretAndAMinute) {
  const std::string pass = make_pass(kDigests, kSecret, request(), 1000);
  const auto taken = [&](http::Request with, const std::string& text, const Secret& secret,
                         std::int64_t time) {
    with.headers.set(kPassHeader, text);
    return take_pass(kDigests, secret, with, time);
  };
  EXPECT_TRUE(taken(request(), pass, kSecret, 1000));
  EXPECT_FALSE(taken(request(), pass, kSecret, 1061));
  EXPECT_FALSE(taken(request(), pass, Secret("another secret, not ours"), 1000));
  EXPECT_FALSE(taken(request(), "", kSecret, 1000));
  EXPECT_FALSE(taken(request(), "1000 192.0.2.8" + pass.substr(14), kSecret, 1000));
  http::Request other = request();
  other.target = "/app/v1/sessions";
  EXPECT_FALSE(taken(other, pass, kSecret, 1000));
  other = request();
  other.method = http::Method::kGet;
  EXPECT_FALSE(taken(other, pass, kSecret, 1000));
}

}  // namespace
}  // namespace turnpike::cobrowse
