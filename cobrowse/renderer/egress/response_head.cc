#include "cobrowse/renderer/egress/response_head.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "cobrowse/renderer/egress/head_fields.h"

namespace turnpike::egress {
namespace {

constexpr unsigned kSwitchingProtocols = 101;
constexpr unsigned kProxyAuthenticationRequired = 407;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// RFC 9112 section 4; the reason phrase, and the space before it, may be missing.
std::optional<unsigned> parse_status(std::string_view line) {
  constexpr std::string_view kVersion = "HTTP/1.";
  if (!line.starts_with(kVersion) || line.size() < kVersion.size() + 5) return std::nullopt;
  line.remove_prefix(kVersion.size());
  const std::string_view code = line.substr(2, 3);
  if (!is_digit(line[0]) || line[1] != ' ' || !std::all_of(code.begin(), code.end(), is_digit) ||
      code[0] == '0' || (line.size() > 5 && line[5] != ' ')) {
    return std::nullopt;
  }
  const bool clean = std::all_of(line.begin(), line.end(), [](char c) {
    return c == '\t' || static_cast<unsigned char>(c) >= 0x20;
  });
  if (!clean) return std::nullopt;
  return static_cast<unsigned>((code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0'));
}

void write_connection(const std::vector<Field>& fields, ResponseHead& head) {
  if (head.upgraded) {
    for (const Field& field : fields) {
      if (equal_ignoring_case(field.name, "Upgrade")) {
        append_field(head.forward, field.name, field.value);
      }
    }
    append_field(head.forward, "Connection", "Upgrade");
  } else if (!head.interim) {
    append_field(head.forward, "Connection", "close");
  }
}

}  // namespace

Result<ResponseHead, Reason> parse_response_head(std::string_view text, bool upgrade) {
  const auto status = parse_status(first_line(text));
  const auto fields = parse_fields(text);
  if (!status || !fields || *status == kProxyAuthenticationRequired) {
    return fail(Reason::kBadAnswer);
  }
  ResponseHead head{.status = *status};
  head.upgraded = *status == kSwitchingProtocols;
  if (head.upgraded && !upgrade) return fail(Reason::kBadAnswer);
  head.interim = *status < 200 && !head.upgraded;
  head.forward.append(first_line(text)).append("\r\n");
  for (const Field& field : end_to_end(*fields)) {
    append_field(head.forward, field.name, field.value);
  }
  write_connection(*fields, head);
  head.forward += "\r\n";
  return head;
}

}  // namespace turnpike::egress
