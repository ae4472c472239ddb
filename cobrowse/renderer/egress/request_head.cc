#include "cobrowse/renderer/egress/request_head.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "cobrowse/renderer/egress/head_fields.h"
#include "cobrowse/renderer/egress/site_pattern.h"

namespace turnpike::egress {
namespace {

constexpr std::uint16_t kHttpPort = 80;

struct RequestLine {
  std::string_view method;
  std::string_view target;
};

bool is_visible(char c) {
  return c > 0x20 && c < 0x7f;
}

std::optional<RequestLine> parse_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const RequestLine parts{.method = line.substr(0, first),
                          .target = line.substr(first + 1, last - first - 1)};
  const std::string_view version = line.substr(last + 1);
  if ((version != "HTTP/1.1" && version != "HTTP/1.0") || !is_token(parts.method) ||
      !std::all_of(parts.target.begin(), parts.target.end(), is_visible)) {
    return std::nullopt;
  }
  return parts;
}

/// RFC 3986 section 3.2 without user information. An absent port is `default_port`; 0: it must be
/// there.
bool take_authority(std::string_view text, std::uint16_t default_port, RequestHead& head) {
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  head.host = text.substr(0, colon);
  head.port = default_port;
  // "http://example.org:/" has the default port (RFC 3986 section 3.2.3).
  const bool port_given =
      colon != std::string_view::npos && (colon + 1 < text.size() || default_port == 0);
  if (port_given) {
    const auto port = parse_port(text.substr(colon + 1));
    if (!port) return false;
    head.port = *port;
  }
  return !head.host.empty() && head.port != 0 && text.find('@') == std::string_view::npos;
}

struct AbsoluteTarget {
  std::string_view authority;
  std::string path;  // with the query
};

Result<AbsoluteTarget, Reason> parse_absolute(const RequestLine& line) {
  const std::size_t colon = line.target.find("://");
  if (colon == std::string_view::npos || line.target.starts_with('/')) {
    return fail(Reason::kMalformed);
  }
  if (!equal_ignoring_case(line.target.substr(0, colon), "http")) return fail(Reason::kScheme);
  const std::string_view rest = line.target.substr(colon + 3);
  if (rest.find('#') != std::string_view::npos) return fail(Reason::kMalformed);
  const std::size_t end = rest.find_first_of("/?");
  AbsoluteTarget target{.authority = rest.substr(0, end), .path = {}};
  const std::string_view path =
      end == std::string_view::npos ? std::string_view() : rest.substr(end);
  if (path.empty()) {
    target.path = line.method == "OPTIONS" ? "*" : "/";  // RFC 9112 section 3.2.4
  } else {
    target.path = path.starts_with('/') ? std::string(path) : "/" + std::string(path);
  }
  return target;
}

std::string upgrade_protocols(const std::vector<Field>& fields) {
  std::string protocols;
  if (!fields_have(fields, "Connection", "upgrade")) return protocols;
  for (const Field& field : fields) {
    if (!equal_ignoring_case(field.name, "Upgrade") || field.value.empty()) continue;
    if (!protocols.empty()) protocols += ", ";
    protocols += field.value;
  }
  return protocols;
}

void write_forward(const RequestLine& line, std::string_view path, const std::vector<Field>& fields,
                   RequestHead& head) {
  std::string& out = head.forward;
  out.append(line.method).append(" ").append(path).append(" HTTP/1.1\r\n");
  append_field(out, "Host",
               head.port == kHttpPort ? head.host : head.host + ":" + std::to_string(head.port));
  for (const Field& field : end_to_end(fields)) {
    if (!equal_ignoring_case(field.name, "Host")) append_field(out, field.name, field.value);
  }
  const std::string protocols = upgrade_protocols(fields);
  head.upgrade = !protocols.empty();
  if (head.upgrade) append_field(out, "Upgrade", protocols);
  append_field(out, "Connection", head.upgrade ? "Upgrade" : "close");
  out += "\r\n";
}

Result<RequestHead, Reason> parse_connect(const RequestLine& line) {
  RequestHead head{.connect = true};
  if (!take_authority(line.target, 0, head)) return fail(Reason::kMalformed);
  return head;
}

Result<RequestHead, Reason> parse_plain(const RequestLine& line, const std::vector<Field>& fields) {
  const auto target = parse_absolute(line);
  if (!target) return fail(target.error());
  RequestHead head;
  if (!take_authority(target->authority, kHttpPort, head)) return fail(Reason::kMalformed);
  const ContentLength length = content_length(fields);
  const bool chunked = std::any_of(fields.begin(), fields.end(), [](const Field& field) {
    return equal_ignoring_case(field.name, "Transfer-Encoding");
  });
  if (length.bad || (chunked && length.bytes)) return fail(Reason::kMalformed);
  if (chunked) return fail(Reason::kLengthRequired);
  head.body_bytes = length.bytes.value_or(0);
  write_forward(line, target->path, fields, head);
  return head;
}

}  // namespace

Result<RequestHead, Reason> parse_request_head(std::string_view head) {
  const auto line = parse_request_line(first_line(head));
  const auto fields = parse_fields(head);
  if (!line || !fields) return fail(Reason::kMalformed);
  return line->method == "CONNECT" ? parse_connect(*line) : parse_plain(*line, *fields);
}

}  // namespace turnpike::egress
