#include "credentials/api/bodies.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>

#include "http/core/form.h"
#include "http/core/json.h"

namespace turnpike::credentials::api {
namespace {

namespace json = boost::json;
using http::to_json;

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct CivilTime {
  std::chrono::year_month_day date;
  std::chrono::weekday weekday;
  std::chrono::hh_mm_ss<seconds> time;
};

CivilTime civil(std::int64_t unix_s) {
  const std::chrono::sys_seconds at{seconds(unix_s)};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  return {std::chrono::year_month_day(day), std::chrono::weekday(day),
          std::chrono::hh_mm_ss<seconds>(at - day)};
}

json::array texts(const std::vector<std::string>& list) {
  json::array array;
  for (const std::string& one : list) array.emplace_back(one);
  return array;
}

std::string_view password(const IceAnswer& answer) {
  return answer.credential.password.reveal();
}

/// One entry with all STUN URLs, one with all TURN URLs.
json::array ice_servers(const IceAnswer& answer) {
  json::array servers;
  if (!answer.stun.empty()) servers.push_back(json::object{{"urls", texts(answer.stun)}});
  servers.push_back(json::object{{"urls", texts(answer.turn)},
                                 {"username", answer.credential.username},
                                 {"credential", password(answer)}});
  return servers;
}

/// One entry per URL; `key` is "urls", or "url" for clients of before 2014.
json::array one_by_one(const IceAnswer& answer, std::string_view key) {
  json::array servers;
  for (const std::string& url : answer.stun) servers.push_back(json::object{{key, url}});
  for (const std::string& url : answer.turn) {
    servers.push_back(json::object{
        {"username", answer.credential.username}, {key, url}, {"credential", password(answer)}});
  }
  return servers;
}

/// Everything in one object, as some services had it before arrays were usual.
json::object all_in_one(const IceAnswer& answer) {
  json::array urls = texts(answer.stun);
  for (const std::string& url : answer.turn) urls.emplace_back(url);
  return {{"username", answer.credential.username},
          {"urls", std::move(urls)},
          {"credential", password(answer)}};
}

std::string xml_quote(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\'':
        out += "&apos;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// "turns:host:443?transport=tcp" in its parts; of URLs that ice_urls.h makes.
struct UrlParts {
  std::string_view scheme, host, port, transport;
};

UrlParts split(std::string_view url) {
  UrlParts parts;
  const std::size_t scheme_end = url.find(':');
  parts.scheme = url.substr(0, scheme_end);
  url.remove_prefix(scheme_end + 1);
  const std::size_t question = url.find('?');
  const std::string_view authority = url.substr(0, question);
  parts.transport =
      question == std::string_view::npos ? std::string_view("udp") : url.substr(url.rfind('=') + 1);
  const std::size_t colon = authority.rfind(':');
  parts.host = authority.substr(0, colon);
  parts.port = authority.substr(colon + 1);
  if (parts.host.starts_with('[')) parts.host = parts.host.substr(1, parts.host.size() - 2);
  return parts;
}

}  // namespace

std::string iso_time(std::int64_t unix_s) {
  const CivilTime t = civil(unix_s);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(t.date.year()),
                     static_cast<unsigned>(t.date.month()), static_cast<unsigned>(t.date.day()),
                     t.time.hours().count(), t.time.minutes().count(), t.time.seconds().count());
}

std::string mail_time(std::int64_t unix_s) {
  const CivilTime t = civil(unix_s);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kDays[t.weekday.c_encoding()],
                     static_cast<unsigned>(t.date.day()),
                     kMonths[static_cast<unsigned>(t.date.month()) - 1],
                     static_cast<int>(t.date.year()), t.time.hours().count(),
                     t.time.minutes().count(), t.time.seconds().count());
}

std::string superset_body(const IceAnswer& answer) {
  const std::int64_t ttl = answer.credential.lifetime.count();
  return to_json(json::object{{"username", answer.credential.username},
                              {"password", password(answer)},
                              {"credential", password(answer)},
                              {"ttl", ttl},
                              {"expires_at", iso_time(answer.credential.expires_s)},
                              {"uris", texts(answer.turn)},
                              {"urls", texts(answer.turn)},
                              {"iceServers", ice_servers(answer)},
                              {"ice_servers", ice_servers(answer)},
                              {"iceTransportPolicy", answer.relay_only ? "relay" : "all"},
                              {"lifetimeDuration", fmt::format("{}s", ttl)}});
}

std::string cloudflare_body(const IceAnswer& answer, bool as_object) {
  if (as_object) return to_json(json::object{{"iceServers", all_in_one(answer)}});
  return to_json(json::object{{"iceServers", ice_servers(answer)}});
}

std::string twilio_body(const IceAnswer& answer, std::string_view account) {
  json::array servers;
  for (const std::string& url : answer.stun) {
    servers.push_back(json::object{{"url", url}, {"urls", url}});
  }
  for (const std::string& url : answer.turn) {
    servers.push_back(json::object{{"url", url},
                                   {"urls", url},
                                   {"username", answer.credential.username},
                                   {"credential", password(answer)}});
  }
  const std::string created = mail_time(unix_seconds(answer.now));
  return to_json(json::object{{"account_sid", account},
                              {"date_created", created},
                              {"date_updated", created},
                              {"username", answer.credential.username},
                              {"password", password(answer)},
                              {"ttl", fmt::format("{}", answer.credential.lifetime.count())},
                              {"ice_servers", std::move(servers)}});
}

std::string xirsys_v2_body(const IceAnswer& answer) {
  return to_json(json::object{{"s", 200},
                              {"e", nullptr},
                              {"p", "/getIceServers"},
                              {"d", json::object{{"iceServers", one_by_one(answer, "url")}}}});
}

std::string xirsys_v3_body(const IceAnswer& answer, bool as_object) {
  json::value servers = one_by_one(answer, "url");
  if (as_object) servers = all_in_one(answer);
  return to_json(
      json::object{{"s", "ok"}, {"v", json::object{{"iceServers", std::move(servers)}}}});
}

std::string metered_body(const IceAnswer& answer) {
  return to_json(one_by_one(answer, "urls"));
}

std::string metered_created_body(const IceAnswer& answer, std::string_view label) {
  return to_json(json::object{{"username", answer.credential.username},
                              {"password", password(answer)},
                              {"expiryInSeconds", answer.credential.lifetime.count()},
                              {"label", label},
                              {"apiKey", nullptr}});
}

std::string matrix_body(const IceAnswer& answer) {
  return to_json(json::object{{"username", answer.credential.username},
                              {"password", password(answer)},
                              {"uris", texts(answer.turn)},
                              {"ttl", answer.credential.lifetime.count()}});
}

std::string kinesis_body(const IceAnswer& answer) {
  return to_json(json::object{
      {"IceServerList", json::array{json::object{{"Uris", texts(answer.turn)},
                                                 {"Username", answer.credential.username},
                                                 {"Password", password(answer)},
                                                 {"Ttl", answer.credential.lifetime.count()}}}}});
}

std::string nextcloud_body(const IceAnswer& answer) {
  json::array stun;
  if (!answer.stun.empty()) stun.push_back(json::object{{"urls", texts(answer.stun)}});
  json::array turn;
  turn.push_back(json::object{{"urls", texts(answer.turn)},
                              {"username", answer.credential.username},
                              {"credential", password(answer)}});
  const json::object meta{{"status", "ok"}, {"statuscode", 200}, {"message", "OK"}};
  return to_json(json::object{
      {"ocs", json::object{{"meta", meta},
                           {"data", json::object{{"stunservers", std::move(stun)},
                                                 {"turnservers", std::move(turn)}}}}}});
}

std::string xmpp_body(const IceAnswer& answer) {
  std::string body = "<services xmlns='urn:xmpp:extdisco:2'>\n";
  for (const std::string& url : answer.stun) {
    const UrlParts parts = split(url);
    body += fmt::format("  <service type='{}' host='{}' port='{}' transport='udp'/>\n",
                        parts.scheme, xml_quote(parts.host), parts.port);
  }
  for (const std::string& url : answer.turn) {
    const UrlParts parts = split(url);
    body += fmt::format(
        "  <service type='{}' host='{}' port='{}' transport='{}' username='{}' password='{}' "
        "expires='{}' restricted='1'/>\n",
        parts.scheme, xml_quote(parts.host), parts.port, parts.transport,
        xml_quote(answer.credential.username), xml_quote(password(answer)),
        iso_time(answer.credential.expires_s));
  }
  return body + "</services>\n";
}

std::string openvidu_body(const IceAnswer& answer) {
  const std::string_view host =
      answer.turn.empty() ? std::string_view() : split(answer.turn.front()).host;
  const std::string query = fmt::format(
      "coturnIp={}&turnUsername={}&turnCredential={}", http::percent_encode(host),
      http::percent_encode(answer.credential.username), http::percent_encode(password(answer)));
  return to_json(json::object{{"coturnIp", host},
                              {"turnUsername", answer.credential.username},
                              {"turnCredential", password(answer)},
                              {"query", query}});
}

}  // namespace turnpike::credentials::api
