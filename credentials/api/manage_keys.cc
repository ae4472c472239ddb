// API keys that are made at run time: by managers of all users, who alone can give such keys away.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "credentials/api/api_call.h"
#include "credentials/core/mint.h"
#include "http/core/json.h"
#include "http/core/problem.h"

namespace turnpike::credentials::api {

namespace json = boost::json;
using http::Response;

namespace {

constexpr std::size_t kMaxIdBytes = 64;
constexpr std::size_t kMaxPolicyBytes = 4096;  // the column's

const Failure kNotAll{403, "this key manages some users only, so it makes no keys"};

/// Letters, digits, "_" and "-": what stands in front of the dot of a key, and in logs.
bool is_good_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxIdBytes && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

/// What the body asks for, without a secret yet.
Result<StoredKey, std::string> read_key(std::string_view body) {
  const auto object = http::parse_json_object(body);
  if (!object) return fail(object.error());
  const auto id = http::text_member(*object, "id");
  if (!id || !*id || !is_good_id(**id)) {
    return fail(std::string("id: write 1 to 64 letters, digits, _ or -"));
  }
  json::object policy;
  if (const json::value* const given = object->if_contains("policy")) {
    if (!given->is_object()) return fail(std::string("policy is no object"));
    policy = given->get_object();
  }
  if (const auto parsed = parse_policy(policy); !parsed) return fail(parsed.error());
  StoredKey key{.id = **id, .policy = http::to_json(policy)};
  if (key.policy.size() > kMaxPolicyBytes) return fail(std::string("policy is too long"));
  return key;
}

json::value policy_value(const std::string& text) {
  auto policy = http::parse_json(text);
  return policy ? *std::move(policy) : json::value(json::object());
}

}  // namespace

Response Api::keys(Call& call) {
  if (!may_touch_all(call.caller.policy)) return call.fail_with(kNotAll);
  const auto stored = world_.stored_keys();
  if (!stored) return call.fail_with(unavailable(stored.error()));
  json::array list;
  for (const StoredKey& key : *stored) {
    list.push_back(json::object{{"id", key.id}, {"policy", policy_value(key.policy)}});
  }
  Response response = Response::json(200, http::to_json(json::object{{"keys", std::move(list)}}));
  http::set_no_store(response);
  return response;
}

Response Api::make_key(Call& call) {
  if (!may_touch_all(call.caller.policy)) return call.fail_with(kNotAll);
  auto key = read_key(call.request.body);
  if (!key) return call.fail_with({400, key.error()});
  const Secret secret = generate_api_key(world_.rng());
  key->secret_hash = world_.digests().sha256({secret.reveal_bytes()});
  const auto added = world_.add_key(*key);
  if (!added) return call.fail_with(unavailable(added.error()));
  if (!*added) return call.fail_with({409, "there is a key with this id"});
  world_.audit({"make key", call.caller.name, key->id, call.request.client.ip.to_string(),
                call.origin, key->policy});
  Response response = Response::json(
      201, http::to_json(json::object{{"id", key->id},
                                      {"key", key->id + "." + std::string(secret.reveal())},
                                      {"policy", policy_value(key->policy)}}));
  http::set_no_store(response);
  return response;
}

Response Api::remove_key(Call& call) {
  if (!may_touch_all(call.caller.policy)) return call.fail_with(kNotAll);
  const std::string id = call.path_value("id");
  const auto removed = world_.remove_key(id);
  if (!removed) return call.fail_with(unavailable(removed.error()));
  if (!*removed) return call.fail_with({404, "no key that was made at run time has this id"});
  world_.audit(
      {"remove key", call.caller.name, id, call.request.client.ip.to_string(), call.origin, ""});
  return {.status = 204, .headers = {}, .body = {}};
}

}  // namespace turnpike::credentials::api
