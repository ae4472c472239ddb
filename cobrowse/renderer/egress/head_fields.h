// The lines of an HTTP/1 head: its end, its fields, and which of them concern one hop only. Strict,
// since what is read here is written again for somebody else (RFC 9112 sections 2.2, 5 and 11).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace turnpike::egress {

struct Field {
  std::string_view name;
  std::string_view value;  // without spaces around it
};

/// The length of the head that `bytes` begins with, its empty line included; nothing when that has
/// not come yet.
std::optional<std::size_t> head_length(std::string_view bytes);

/// The first line of a head, without its line end.
std::string_view first_line(std::string_view head);

/// The fields of a complete head. Nothing for line ends other than CR LF, folded lines, spaces
/// before the colon, names that are no token, and control characters. The views are of `head`.
std::optional<std::vector<Field>> parse_fields(std::string_view head);

/// RFC 9110 section 5.6.2.
bool is_token(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
/// Whether one of the elements of a comma-separated list is `element`, in any case.
bool list_has(std::string_view list, std::string_view element);
/// The same over every field of the name.
bool fields_have(const std::vector<Field>& fields, std::string_view name, std::string_view element);

/// The fields that go on: without those of one hop (RFC 9110 section 7.6.1: Connection and what it
/// names, Keep-Alive, TE, Upgrade) and without Proxy-*. Transfer-Encoding and Trailer stay, because
/// the body goes on as it is.
std::vector<Field> end_to_end(const std::vector<Field>& fields);

/// "Name: value" and CR LF.
void append_field(std::string& out, std::string_view name, std::string_view value);

/// The one length that all Content-Length fields agree on. `bad` when they do not, or are no
/// numbers (RFC 9112 section 6.3).
struct ContentLength {
  std::optional<std::uint64_t> bytes{};
  bool bad = false;
};
ContentLength content_length(const std::vector<Field>& fields);

}  // namespace turnpike::egress
