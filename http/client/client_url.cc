#include "http/client/client_url.h"

#include <fmt/format.h>

#include <boost/url/parse.hpp>
#include <charconv>

namespace turnpike::http {
namespace {

std::string text_of(boost::core::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

Result<ClientUrl, std::string> parse_client_url(std::string_view text) {
  const auto refuse = [text](std::string_view why) {
    return fail(
        fmt::format("\"{}\" {}; write http://host:port/path or https://host/path", text, why));
  };
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed) return refuse("is not a URL");
  const auto& url = *parsed;
  const bool tls = url.scheme_id() == boost::urls::scheme::https;
  if (!tls && url.scheme_id() != boost::urls::scheme::http) return refuse("is not an HTTP URL");
  if (url.has_userinfo()) return refuse("has a user name in it");
  if (url.has_fragment()) return refuse("has a fragment");
  ClientUrl out;
  out.tls = tls;
  out.host = url.host_address();
  if (out.host.empty()) return refuse("names no host");
  out.port = static_cast<std::uint16_t>(tls ? 443 : 80);
  const std::string digits = text_of(url.port());
  if (!digits.empty()) {
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
    if (error != std::errc() || out.port == 0) return refuse("has no valid port");
  }
  out.authority = text_of(url.encoded_host_and_port());
  out.target = text_of(url.encoded_path());
  if (out.target.empty()) out.target = "/";
  if (url.has_query()) out.target += "?" + text_of(url.encoded_query());
  return out;
}

}  // namespace turnpike::http
