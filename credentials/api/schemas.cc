#include "credentials/api/schemas.h"

#include <boost/json/parse.hpp>

namespace turnpike::credentials::api {
namespace {

constexpr const char* kSchemas = R"json({
"IceServer": {
  "description": "RTCIceServer of W3C WebRTC",
  "type": "object", "required": ["urls"],
  "properties": {
    "urls": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    "username": {"type": "string"}, "credential": {"type": "string"}}},
"IceServerList": {"type": "array", "items": {"$ref": "#/components/schemas/IceServer"}},
"RtcConfiguration": {
  "description": "RTCConfiguration of W3C WebRTC, an argument for RTCPeerConnection",
  "type": "object", "required": ["iceServers"],
  "properties": {
    "iceServers": {"$ref": "#/components/schemas/IceServerList"},
    "iceTransportPolicy": {"type": "string", "enum": ["all", "relay"]}}},
"Credential": {
  "description": "The same facts under every name that clients look for",
  "allOf": [{"$ref": "#/components/schemas/RtcConfiguration"}, {
    "type": "object",
    "required": ["username", "password", "credential", "ttl", "expires_at", "uris", "urls",
                 "ice_servers", "iceTransportPolicy", "lifetimeDuration"],
    "properties": {
      "username": {"type": "string", "description": "EXPIRY:USER or EXPIRY:SESSION:USER"},
      "password": {"type": "string"},
      "credential": {"type": "string", "description": "the same as password"},
      "ttl": {"type": "integer", "description": "seconds"},
      "expires_at": {"type": "string", "format": "date-time"},
      "uris": {"type": "array", "items": {"type": "string"}, "description": "TURN, not STUN"},
      "urls": {"type": "array", "items": {"type": "string"}, "description": "the same as uris"},
      "ice_servers": {"$ref": "#/components/schemas/IceServerList"},
      "lifetimeDuration": {"type": "string", "description": "seconds with an s behind them"}}}]},
"CloudflareArray": {
  "type": "object", "required": ["iceServers"],
  "properties": {"iceServers": {"$ref": "#/components/schemas/IceServerList"}}},
"CloudflareObject": {
  "type": "object", "required": ["iceServers"],
  "properties": {"iceServers": {"$ref": "#/components/schemas/IceServer"}}},
"TwilioToken": {
  "type": "object",
  "required": ["account_sid", "date_created", "date_updated", "username", "password", "ttl",
               "ice_servers"],
  "properties": {
    "account_sid": {"type": "string"},
    "date_created": {"type": "string", "description": "RFC 2822"},
    "date_updated": {"type": "string"},
    "username": {"type": "string"}, "password": {"type": "string"},
    "ttl": {"type": "string", "description": "seconds"},
    "ice_servers": {"type": "array", "items": {
      "type": "object", "required": ["url", "urls"],
      "properties": {
        "url": {"type": "string"}, "urls": {"type": "string"},
        "username": {"type": "string"}, "credential": {"type": "string"}}}}}},
"OldIceServer": {
  "description": "One URL each, as before 2014",
  "type": "object", "required": ["url"],
  "properties": {"url": {"type": "string"}, "username": {"type": "string"},
                 "credential": {"type": "string"}}},
"XirsysV2": {
  "type": "object", "required": ["s", "e", "p", "d"],
  "properties": {
    "s": {"type": "integer", "const": 200}, "e": {"type": "null"}, "p": {"type": "string"},
    "d": {"type": "object", "required": ["iceServers"], "properties": {"iceServers": {
      "type": "array", "items": {"$ref": "#/components/schemas/OldIceServer"}}}}}},
"XirsysV3": {
  "type": "object", "required": ["s", "v"],
  "properties": {
    "s": {"type": "string", "const": "ok"},
    "v": {"type": "object", "required": ["iceServers"], "properties": {"iceServers": {"oneOf": [
      {"type": "array", "items": {"$ref": "#/components/schemas/OldIceServer"}},
      {"$ref": "#/components/schemas/IceServer"}]}}}}},
"MeteredCredential": {
  "type": "object", "required": ["username", "password", "expiryInSeconds", "label", "apiKey"],
  "properties": {
    "username": {"type": "string"}, "password": {"type": "string"},
    "expiryInSeconds": {"type": "integer"}, "label": {"type": "string"},
    "apiKey": {"type": "null", "description": "a credential has no key of its own here"}}},
"MatrixTurnServer": {
  "type": "object", "required": ["username", "password", "uris", "ttl"],
  "properties": {
    "username": {"type": "string"}, "password": {"type": "string"},
    "uris": {"type": "array", "items": {"type": "string"}}, "ttl": {"type": "integer"}}},
"KinesisIceServers": {
  "type": "object", "required": ["IceServerList"],
  "properties": {"IceServerList": {"type": "array", "items": {
    "type": "object", "required": ["Uris", "Username", "Password", "Ttl"],
    "properties": {
      "Uris": {"type": "array", "items": {"type": "string"}},
      "Username": {"type": "string"}, "Password": {"type": "string"},
      "Ttl": {"type": "integer"}}}}}},
"NextcloudSettings": {
  "type": "object", "required": ["ocs"],
  "properties": {"ocs": {"type": "object", "required": ["meta", "data"], "properties": {
    "meta": {"type": "object", "required": ["status", "statuscode", "message"], "properties": {
      "status": {"type": "string"}, "statuscode": {"type": "integer"},
      "message": {"type": "string"}}},
    "data": {"type": "object", "required": ["stunservers", "turnservers"], "properties": {
      "stunservers": {"$ref": "#/components/schemas/IceServerList"},
      "turnservers": {"$ref": "#/components/schemas/IceServerList"}}}}}}},
"ExternalServices": {
  "description": "The services element of XEP-0215", "type": "string"},
"OpenViduToken": {
  "type": "object", "required": ["coturnIp", "turnUsername", "turnCredential", "query"],
  "properties": {
    "coturnIp": {"type": "string"}, "turnUsername": {"type": "string"},
    "turnCredential": {"type": "string"},
    "query": {"type": "string", "description": "the three, to append to a token"}}},
"CredentialList": {
  "description": "1000 at most; passwords are kept nowhere",
  "type": "object", "required": ["credentials"],
  "properties": {"credentials": {"type": "array", "items": {
    "type": "object",
    "required": ["username", "user", "session", "caller", "origin", "call_id", "issued", "expires"],
    "properties": {
      "username": {"type": "string"}, "user": {"type": "string"}, "session": {"type": "string"},
      "caller": {"type": "string"}, "origin": {"type": "string"}, "call_id": {"type": "string"},
      "issued": {"type": "integer", "description": "seconds since 1970"},
      "expires": {"type": "integer"}}}}},
  "example": {"credentials": [{"username": "1767225600:alice", "user": "alice", "session": "",
    "caller": "shop", "origin": "https://shop.example.org", "call_id": "", "issued": 1767139200,
    "expires": 1767225600}]}},
"RevocationList": {
  "type": "object", "required": ["revocations"],
  "properties": {"revocations": {"type": "array", "items": {
    "type": "object", "required": ["kind", "value", "until", "at", "reason"],
    "properties": {
      "kind": {"type": "string", "enum": ["user", "credential", "session", "prefix"]},
      "value": {"type": "string"},
      "until": {"type": "integer", "description": "seconds since 1970"},
      "at": {"type": "integer"}, "reason": {"type": "string"}}}}},
  "example": {"revocations": [{"kind": "user", "value": "alice", "until": 1767225600,
    "at": 1767139200, "reason": "left the company"}]}},
"CallerPolicy": {
  "description": "What a key may do; what is not said is not limited, and managing is not allowed",
  "type": "object",
  "properties": {
    "origins": {"type": "array", "items": {"type": "string"}},
    "users": {"type": "array", "items": {"type": "string"}, "description": "* stands for anything"},
    "identity": {"type": "string", "description": "mint for this user, whatever a request says"},
    "hours": {"type": "array", "items": {"type": "string"}, "description": "Mo-Fr 08:00-18:00"},
    "max_lifetime": {"type": "integer"}, "per_minute": {"type": "integer"},
    "per_day": {"type": "integer"}, "may_manage": {"type": "boolean"}}},
"ApiKeyList": {
  "type": "object", "required": ["keys"],
  "properties": {"keys": {"type": "array", "items": {
    "type": "object", "required": ["id", "policy"],
    "properties": {"id": {"type": "string"},
                   "policy": {"$ref": "#/components/schemas/CallerPolicy"}}}}},
  "example": {"keys": [{"id": "shop", "policy": {"users": ["shop-*"], "per_minute": 600}}]}},
"NewApiKey": {
  "type": "object", "required": ["id", "key", "policy"],
  "properties": {
    "id": {"type": "string"},
    "key": {"type": "string", "description": "ID.SECRET, told this once"},
    "policy": {"$ref": "#/components/schemas/CallerPolicy"}},
  "example": {"id": "shop", "key": "shop.tpk_…", "policy": {"users": ["shop-*"]}}},
"AuditLines": {
  "description": "A JSON object per line; X-Next-After says what to ask after next",
  "type": "string",
  "example": "{\"at\":1767225600,\"action\":\"mint\",\"caller\":\"shop\",…}\n"},
"AccountingLines": {
  "description": "A JSON object per line, or with format=csv text/csv; as AuditLines",
  "type": "string",
  "example": "{\"relay\":\"turn.example.org:3478\",\"start\":\"2026-01-01T00:00:00Z\",…}\n"},
"OpenApi": {"description": "This document", "type": "object"},
"Problem": {
  "description": "RFC 9457",
  "type": "object", "required": ["type", "title", "status"],
  "properties": {
    "type": {"type": "string", "const": "about:blank"}, "title": {"type": "string"},
    "status": {"type": "integer"}, "detail": {"type": "string"}}},
"CloudflareError": {
  "type": "object", "required": ["success", "errors"],
  "properties": {
    "success": {"type": "boolean", "const": false},
    "errors": {"type": "array", "items": {
      "type": "object", "required": ["code", "message"],
      "properties": {"code": {"type": "integer"}, "message": {"type": "string"}}}}}},
"TwilioError": {
  "type": "object", "required": ["code", "message", "more_info", "status"],
  "properties": {
    "code": {"type": "integer"}, "message": {"type": "string"}, "more_info": {"type": "string"},
    "status": {"type": "integer"}}},
"XirsysV2Error": {
  "type": "object", "required": ["s", "e", "p", "d"],
  "properties": {
    "s": {"type": "integer"}, "e": {"type": "string"}, "p": {"type": "string"},
    "d": {"type": "null"}}},
"XirsysV3Error": {
  "type": "object", "required": ["s", "v"],
  "properties": {
    "s": {"type": "string", "const": "error"},
    "v": {"type": "string", "enum": ["unauthorized", "invalid_request"]}}},
"MeteredError": {
  "type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}},
"MatrixError": {
  "type": "object", "required": ["errcode", "error"],
  "properties": {
    "errcode": {"type": "string"}, "error": {"type": "string"},
    "retry_after_ms": {"type": "integer"}}},
"KinesisError": {
  "type": "object", "required": ["__type", "Message"],
  "properties": {"__type": {"type": "string"}, "Message": {"type": "string"}}}
})json";

}  // namespace

boost::json::object schemas() {
  return boost::json::parse(kSchemas).as_object();
}

}  // namespace turnpike::credentials::api
