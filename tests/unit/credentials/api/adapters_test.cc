// Every adapter's answer, byte for byte, in the shape that its service documents.
#include <gtest/gtest.h>

#include "tests/unit/credentials/api/fake_world.h"

namespace turnpike::credentials::api {
namespace {

using http::Method;

constexpr std::string_view kUser = "1767225600:alice";
// base64(HMAC-SHA1("north", kUser)), by: printf %s USER | openssl dgst -sha1 -hmac north -binary
const std::string& password() {
  static const std::string text(
      rest_password(crypto::OpensslDigests(), Secret("north"), kUser).reveal());
  return text;
}

/// P stands for the password.
std::string fill(std::string text) {
  for (std::size_t at = 0; (at = text.find("\"P\"", at)) != std::string::npos;) {
    text.replace(at + 1, 1, password());
  }
  return text;
}

const std::string kTurnUrls =
    R"("turn:turn.example.org:3478?transport=udp","turn:turn.example.org:3478?transport=tcp",)"
    R"("turns:turn.example.org:443?transport=tcp")";

http::Response ask(const Ask& what) {
  FakeWorld world;
  Api api(test_settings(), world);
  return api.handle(make_request(what));
}

void expect_answer(const Ask& what, unsigned status, const std::string& body) {
  const http::Response response = ask(what);
  EXPECT_EQ(response.status, status) << response.body;
  EXPECT_EQ(response.body, fill(body));
  EXPECT_EQ(response.headers.find("Cache-Control"), "no-store");
}

const std::string kIceServers = R"([{"urls":["stun:turn.example.org:3478"]},{"urls":[)" +
                                kTurnUrls + R"(],"username":"1767225600:alice","credential":"P"}])";

const std::string kSuperset =
    R"({"username":"1767225600:alice","password":"P","credential":"P","ttl":86400,)"
    R"("expires_at":"2026-01-01T00:00:00Z","uris":[)" +
    kTurnUrls + R"(],"urls":[)" + kTurnUrls + R"(],"iceServers":)" + kIceServers +
    R"(,"ice_servers":)" + kIceServers +
    R"(,"iceTransportPolicy":"all","lifetimeDuration":"86400s"})";

TEST(Adapters, DraftUberti) {
  const std::string query = "service=turn&username=alice&key=page.page-secret";
  expect_answer({.path = "/", .query = query, .authorization = ""}, 200, kSuperset);
  expect_answer({.path = "/turn", .query = query, .authorization = ""}, 200, kSuperset);
  expect_answer({.method = Method::kPost, .path = "/turn", .body = query, .authorization = ""}, 200,
                kSuperset);
  EXPECT_EQ(ask({.path = "/turn", .query = "service=stun&username=alice"}).status, 400U);
}

TEST(Adapters, RtcConfiguration) {
  expect_answer({.path = "/v1/ice-servers", .query = "user=alice"}, 200, kSuperset);
}

TEST(Adapters, Cloudflare) {
  const std::string path = "/v1/turn/keys/k1/credentials/";
  const std::string body = R"({"ttl":86400,"customIdentifier":"alice"})";
  expect_answer({.method = Method::kPost, .path = path + "generate-ice-servers", .body = body}, 201,
                R"({"iceServers":)" + kIceServers + "}");
  expect_answer({.method = Method::kPost, .path = path + "generate", .body = body}, 201,
                R"({"iceServers":{"username":"1767225600:alice","urls":[)"
                R"("stun:turn.example.org:3478",)" +
                    kTurnUrls + R"(],"credential":"P"}})");
}

TEST(Adapters, Twilio) {
  const auto entry = [](const std::string& url) {
    return R"({"url":")" + url + R"(","urls":")" + url +
           R"(","username":"1767225600:alice","credential":"P"})";
  };
  expect_answer(
      {.method = Method::kPost,
       .path = "/2010-04-01/Accounts/page/Tokens.json",
       .body = "Ttl=86400&username=alice",
       .authorization = "Basic cGFnZTpwYWdlLXNlY3JldA=="},
      201,
      R"({"account_sid":"page","date_created":"Wed, 31 Dec 2025 00:00:00 +0000",)"
      R"("date_updated":"Wed, 31 Dec 2025 00:00:00 +0000","username":"1767225600:alice",)"
      R"("password":"P","ttl":"86400","ice_servers":[{"url":"stun:turn.example.org:3478",)"
      R"("urls":"stun:turn.example.org:3478"},)" +
          entry("turn:turn.example.org:3478?transport=udp") + "," +
          entry("turn:turn.example.org:3478?transport=tcp") + "," +
          entry("turns:turn.example.org:443?transport=tcp") + "]}");
}

std::string one_by_one(const std::string& key) {
  std::string list = R"([{")" + key + R"(":"stun:turn.example.org:3478"})";
  for (const char* url :
       {"turn:turn.example.org:3478?transport=udp", "turn:turn.example.org:3478?transport=tcp",
        "turns:turn.example.org:443?transport=tcp"}) {
    list +=
        R"(,{"username":"1767225600:alice",")" + key + R"(":")" + url + R"(","credential":"P"})";
  }
  return list + "]";
}

TEST(Adapters, Xirsys) {
  expect_answer(
      {.method = Method::kPost,
       .path = "/getIceServers",
       .body = "ident=page&secret=page-secret&domain=d&application=a&room=r&secure=1"
               "&username=alice",
       .authorization = ""},
      200,
      R"({"s":200,"e":null,"p":"/getIceServers","d":{"iceServers":)" + one_by_one("url") + "}}");
  const std::string basic = "Basic cGFnZTpwYWdlLXNlY3JldA==";
  expect_answer({.method = Method::kPut,
                 .path = "/_turn/channel",
                 .query = "username=alice",
                 .authorization = basic},
                200, R"({"s":"ok","v":{"iceServers":)" + one_by_one("url") + "}}");
  expect_answer({.method = Method::kPut,
                 .path = "/_turn/channel",
                 .body = R"({"format":"urls","expire":"86400","username":"alice"})",
                 .authorization = basic},
                200,
                R"({"s":"ok","v":{"iceServers":{"username":"1767225600:alice","urls":[)"
                R"("stun:turn.example.org:3478",)" +
                    kTurnUrls + R"(],"credential":"P"}}})");
}

TEST(Adapters, Metered) {
  expect_answer({.path = "/api/v1/turn/credentials",
                 .query = "apiKey=page.page-secret&username=alice",
                 .authorization = ""},
                200, one_by_one("urls"));
  expect_answer({.method = Method::kPost,
                 .path = "/api/v1/turn/credential",
                 .query = "secretKey=page.page-secret",
                 .body = R"({"expiryInSeconds":86400,"label":"alice"})",
                 .authorization = ""},
                200,
                R"({"username":"1767225600:alice","password":"P","expiryInSeconds":86400,)"
                R"("label":"alice","apiKey":null})");
}

TEST(Adapters, Matrix) {
  expect_answer({.path = "/_matrix/client/v3/voip/turnServer", .query = "user=alice"}, 200,
                R"({"username":"1767225600:alice","password":"P","uris":[)" + kTurnUrls +
                    R"(],"ttl":86400})");
}

TEST(Adapters, Kinesis) {
  expect_answer({.method = Method::kPost,
                 .path = "/v1/get-ice-server-config",
                 .body = R"({"ChannelARN":"arn","ClientId":"alice","Service":"TURN"})"},
                200,
                R"({"IceServerList":[{"Uris":[)" + kTurnUrls +
                    R"(],"Username":"1767225600:alice","Password":"P","Ttl":86400}]})");
}

TEST(Adapters, Nextcloud) {
  expect_answer(
      {.path = "/ocs/v2.php/apps/spreed/api/v1/signaling/settings", .query = "user=alice"}, 200,
      R"({"ocs":{"meta":{"status":"ok","statuscode":200,"message":"OK"},"data":{)"
      R"("stunservers":[{"urls":["stun:turn.example.org:3478"]}],"turnservers":[{"urls":[)" +
          kTurnUrls + R"(],"username":"1767225600:alice","credential":"P"}]}}})");
}

TEST(Adapters, OpenVidu) {
  const http::Response response =
      ask({.method = Method::kPost, .path = "/openvidu/api/tokens", .body = "user=alice"});
  EXPECT_EQ(response.status, 200U);
  EXPECT_NE(response.body.find(R"("coturnIp":"turn.example.org")"), std::string::npos);
  EXPECT_NE(response.body.find("coturnIp=turn.example.org&turnUsername=1767225600%3Aalice&"),
            std::string::npos);
}

TEST(Adapters, Xmpp) {
  const http::Response response = ask({.path = "/xep0215", .query = "user=alice"});
  EXPECT_EQ(response.headers.find("Content-Type"), "application/xml");
  EXPECT_NE(response.body.find("type='turns' host='turn.example.org' port='443'"),
            std::string::npos);
}

TEST(Adapters, ErrorsHaveTheirShape) {
  EXPECT_EQ(ask({.path = "/_matrix/client/v3/voip/turnServer", .authorization = ""}).body,
            R"({"errcode":"M_UNKNOWN_TOKEN","error":"no valid API key, token or certificate"})");
  EXPECT_EQ(ask({.method = Method::kPut, .path = "/_turn/c", .authorization = ""}).body,
            R"({"s":"error","v":"unauthorized"})");
}

}  // namespace
}  // namespace turnpike::credentials::api
