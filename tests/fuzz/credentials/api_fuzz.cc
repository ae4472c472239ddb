// Requests to the credentials API, up to four one after the other: whoever shows no key gets and
// changes nothing, what is given out is good and written down, no secret of ours is ever told, and
// every answer is well-formed. An input is text:
//
//   METHOD LEVEL TARGET          LEVEL: public, webhook, internal or system
//   Name: value                  headers, as many as there are
//                                an empty line, then the body
//   ----                         and the next request
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "http/core/authorization.h"
#include "http/core/json.h"
#include "http/core/target.h"
#include "tests/unit/credentials/api/fake_world.h"

namespace turnpike::credentials::api {
namespace {

constexpr std::string_view kMintSecret = "north-9f31c6";  // never in an answer
constexpr std::string_view kNextRequest = "\n----\n";
constexpr std::size_t kMaxRequests = 4;
constexpr std::array kStatuses = {200U, 201U, 204U, 400U, 401U, 403U, 404U, 405U, 409U, 429U, 503U};

std::string_view take_until(std::string_view& text, std::string_view end) {
  const std::size_t at = text.find(end);
  const std::string_view head = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + end.size());
  return head;
}

http::TrustLevel level_of(std::string_view word) {
  if (word == "webhook") return http::TrustLevel::kWebhook;
  if (word == "internal") return http::TrustLevel::kInternal;
  if (word == "system") return http::TrustLevel::kSystem;
  return http::TrustLevel::kPublic;
}

/// As http/server and the entry paths hand it on; nothing where they would refuse it.
std::optional<http::Request> read_request(std::string_view text) {
  std::string_view head = take_until(text, "\n\n");
  http::Request request;
  request.body = text;
  std::string_view line = take_until(head, "\n");
  request.method = http::parse_method(take_until(line, " "));
  request.trust = level_of(take_until(line, " "));
  request.target = line;
  const auto target = http::parse_target(request.target);
  if (!target) return std::nullopt;
  request.path = target->path;
  request.query = target->query;
  request.client = *Endpoint::parse("192.0.2.7:1234");
  while (!head.empty()) {
    std::string_view header = take_until(head, "\n");
    const std::string_view name = take_until(header, ": ");
    if (header.find_first_of(std::string_view("\r\0", 2)) != std::string_view::npos) continue;
    if (name == "X-Certificate") {
      request.certificate_subject = header;
    } else if (!name.empty()) {
      request.headers.add(name, header);
    }
  }
  return request;
}

ApiSettings settings() {
  ApiSettings settings = test_settings();
  settings.mint.secrets = {Secret(std::string(kMintSecret))};
  settings.max_relays = 2;
  settings.cors.allowed = {*http::OriginPattern::parse("https://*.example.org")};
  return settings;
}

bool holds(std::string_view text, const std::string& secret) {
  std::string decoded;
  if (text.find(secret) != std::string_view::npos) return true;
  return http::percent_decode(text, true, decoded) && decoded.find(secret) != std::string::npos;
}

/// The secret of this key is somewhere in the request.
bool shows(const http::Request& request, std::string_view id) {
  const std::string secret = std::string(id) + "-secret";
  for (const http::Header& each : request.headers.all()) {
    if (each.value.find(secret) != std::string::npos) return true;
  }
  const auto basic = http::parse_basic(request.headers.find("Authorization"));
  if (basic && basic->password.reveal() == secret) return true;
  if (holds(request.query, secret) || holds(request.body, secret)) return true;
  const auto object = http::parse_json_object(request.body);  // it may stand there with escapes
  return object && http::to_json(*object).find(secret) != std::string::npos;
}

void check_body(const http::Response& response) {
  const std::string_view type = response.headers.find("Content-Type");
  if (response.status == 204) CHECK(response.body.empty());
  if (!type.ends_with("/json") && !type.ends_with("+json")) return;
  CHECK(http::parse_json(response.body, {.bytes = 1 << 22, .depth = 32}));
}

void check_headers(const http::Request& request, const http::Response& response) {
  for (const http::Header& header : response.headers.all()) {
    CHECK(header.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
  }
  const std::string_view allowed = response.headers.find("Access-Control-Allow-Origin");
  if (!allowed.empty()) {
    CHECK(allowed == request.headers.find("Origin"));
    CHECK(allowed.ends_with(".example.org") || allowed.find(".example.org:") != allowed.npos ||
          allowed.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != allowed.npos);
  }
  if (response.status == 401) CHECK(response.headers.has("WWW-Authenticate"));
  if (response.status == 405) CHECK(response.headers.has("Allow"));
  if (response.status == 429) CHECK(response.headers.has("Retry-After"));
}

void check_record(const Issued& issued, const http::Response& response) {
  CHECK(issued.username.size() <= 508);
  CHECK(issued.expires_s > kNow && issued.expires_s <= kNow + 86400);
  CHECK(response.status == 200 || response.status == 201);
  CHECK(response.headers.find("Cache-Control") == "no-store");
  const std::string_view type = response.headers.find("Content-Type");
  if (!type.ends_with("json")) return;
  const crypto::OpensslDigests digests;
  const Secret secret(std::string{kMintSecret});
  const Secret password = rest_password(digests, secret, issued.username);
  // Base64 has no character that JSON writes in another way, but for the slash that it may.
  CHECK(response.body.find(password.reveal()) != std::string::npos);
}

void check_one(Api& api, FakeWorld& world, const http::Request& request) {
  const std::size_t records = world.records.size();
  const std::size_t rules = world.rules.size();
  const std::size_t keys = world.stored.size();
  const http::Response response = api.handle(request);
  CHECK(std::ranges::find(kStatuses, response.status) != kStatuses.end());
  CHECK(response.body.find(kMintSecret) == std::string::npos);
  check_body(response);
  check_headers(request, response);
  const bool is_boss = shows(request, "boss");
  const bool is_somebody =
      is_boss || shows(request, "page") || request.certificate_subject == "CN=backend";
  if (world.records.size() != records) {
    CHECK(is_somebody && request.trust != http::TrustLevel::kWebhook);
    CHECK(world.records.size() == records + 1);
    check_record(world.records.back(), response);
  }
  if (world.stored.size() != keys) {
    CHECK(is_boss && request.trust >= http::TrustLevel::kInternal);
  }
  if (world.rules.size() != rules) CHECK(is_boss && response.status == 204);
  const bool is_reference = request.path == "/v1/openapi.json";  // its examples look like answers
  if (!is_reference && response.body.find("\"issued\":1") != std::string::npos) {
    CHECK(is_boss && request.trust >= http::TrustLevel::kInternal);
  }
}

}  // namespace
}  // namespace turnpike::credentials::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace turnpike::credentials;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  api::FakeWorld world;
  world.records.push_back(
      {"1767225600:s1:carol", "carol", "s1", "boss", "", "", api::kNow, api::kNow + 86400});
  world.rules.add({RevocationKind::kUser, "mallory", api::kNow + 60, api::kNow, "why"});
  api::Api api(api::settings(), world);
  for (std::size_t n = 0; n < api::kMaxRequests && !text.empty(); ++n) {
    const auto request = api::read_request(api::take_until(text, api::kNextRequest));
    if (request) api::check_one(api, world, *request);
  }
  return 0;
}
