#include "cobrowse/renderer/egress/refusal_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "cobrowse/renderer/egress/host_text.h"

namespace turnpike::egress {
namespace {

std::string_view status_phrase(unsigned status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 408:
      return "Request Timeout";
    case 411:
      return "Length Required";
    case 431:
      return "Request Header Fields Too Large";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Error";
  }
}

/// The host as HTML text; it may be anything that stood in a request.
std::string escaped(std::string_view host) {
  std::string out;
  for (const char c : host.substr(0, std::min(host.size(), kMaxHostBytes))) {
    if (c <= 0x20 || c >= 0x7f || std::string_view("<>&\"'").find(c) != std::string_view::npos) {
      out += fmt::format("&#{};", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out;
}

std::string answer(unsigned status, std::string_view fields, std::string_view body) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\n{}Content-Length: {}\r\nCache-Control: no-store\r\n"
      "Connection: close\r\n\r\n{}",
      status, status_phrase(status), fields, body.size(), body);
}

constexpr std::string_view kPage = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.5 sans-serif;max-width:36em;margin:15vh auto;padding:0 1em;color:#222}}
h1{{font-size:1.4em}}b{{overflow-wrap:anywhere}}</style></head>
<body><h1>{title}</h1><p>{site}</p><p>{why}</p></body></html>
)";

}  // namespace

std::string refusal_page(Reason reason, std::string_view host) {
  const std::string_view title =
      is_refusal(reason) ? "This site may not be opened here" : "This site cannot be shown";
  const std::string site = host.empty() ? std::string() : fmt::format("<b>{}</b>", escaped(host));
  const std::string body = fmt::format(kPage, fmt::arg("title", title), fmt::arg("site", site),
                                       fmt::arg("why", reason_text(reason)));
  return answer(reason_status(reason),
                "Content-Type: text/html; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
                "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n",
                body);
}

std::string refusal_line(Reason reason) {
  return answer(reason_status(reason), "Content-Type: text/plain; charset=utf-8\r\n",
                fmt::format("{}: {}\n", reason_name(reason), reason_text(reason)));
}

}  // namespace turnpike::egress
