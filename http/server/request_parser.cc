#include "http/server/request_parser.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <utility>

namespace turnpike::http {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using boost::beast::iequals;
using boost::system::error_code;

/// Chunk sizes, extensions and trailers: so much more than the body itself may come.
constexpr std::size_t kChunkOverheadFactor = 8;
constexpr std::size_t kChunkOverheadBytes = 16384;

constexpr Refusal kHeaderTooLong{431, "the request's header is too long"};
constexpr Refusal kNoHttp{400, "this is not an HTTP/1.1 request"};
constexpr Refusal kBodyTooLong{413, "the request's body is too long"};
constexpr Refusal kBadBody{400, "the request's body is not framed as its header says"};

bool is_field_text(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7f;
}

/// RFC 9112 section 2.2: lines end in CRLF and nothing else; section 5.2: no folded lines. Controls
/// other than the tab have no place in a header (RFC 9110 section 5.5).
bool is_clean(std::string_view block) {
  for (std::size_t i = 0; i < block.size(); ++i) {
    const char c = block[i];
    if (c == '\r') {
      if (i + 1 == block.size() || block[i + 1] != '\n') return false;
      ++i;
      if (i + 1 < block.size() && (block[i + 1] == ' ' || block[i + 1] == '\t')) return false;
    } else if (c != '\t' && !is_field_text(c)) {
      return false;
    }
  }
  return true;
}

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

/// The target of the request line: between the first two spaces.
std::string_view target_in(std::string_view block) {
  const std::string_view line = block.substr(0, block.find('\r'));
  const std::size_t start = std::min(line.find(' '), line.size());
  const std::string_view rest = line.substr(std::min(start + 1, line.size()));
  return rest.substr(0, rest.find(' '));
}

/// "HTTP/2.0": a version, only not one of ours.
bool names_another_version(std::string_view block) {
  const std::string_view line = block.substr(0, block.find('\r'));
  const std::string_view version = line.substr(std::min(line.rfind(' '), line.size() - 1) + 1);
  return std::count(line.begin(), line.end(), ' ') == 2 && version.size() == 8 &&
         version.starts_with("HTTP/");
}

using Fields = beast_http::request_header<>;

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<Refusal> check_framing(const Fields& fields) {
  const auto lengths = fields.count(beast_http::field::content_length);
  const auto codings = fields.count(beast_http::field::transfer_encoding);
  if (lengths > 1) return Refusal{400, "Content-Length is there more than once"};
  if (lengths > 0 && codings > 0) {
    return Refusal{400, "Content-Length and Transfer-Encoding exclude each other"};
  }
  if (lengths == 1 && !is_number(view(fields[beast_http::field::content_length]))) {
    return Refusal{400, "Content-Length is not one number"};
  }
  if (codings > 1) return Refusal{400, "Transfer-Encoding is there more than once"};
  if (codings == 1) {
    if (fields.version() < 11) return Refusal{400, "HTTP/1.0 has no Transfer-Encoding"};
    if (!iequals(fields[beast_http::field::transfer_encoding], "chunked")) {
      return Refusal{501, "the only Transfer-Encoding here is chunked"};
    }
  }
  return std::nullopt;
}

/// RFC 9112 section 3.2: exactly one Host, without white space or a path in it.
std::optional<Refusal> check_host(const Fields& fields) {
  const auto hosts = fields.count(beast_http::field::host);
  if (hosts > 1 || (hosts == 0 && fields.version() >= 11)) {
    return Refusal{400, "a request has exactly one Host"};
  }
  if (view(fields[beast_http::field::host]).find_first_of(" \t/\\@,?#") != std::string_view::npos) {
    return Refusal{400, "Host is not a host"};
  }
  return std::nullopt;
}

std::optional<Refusal> check_fields(const Fields& fields) {
  if (fields.version() != 11 && fields.version() != 10) {
    return Refusal{505, "this server speaks HTTP/1.1"};
  }
  if (auto refusal = check_framing(fields)) return refusal;
  if (auto refusal = check_host(fields)) return refusal;
  const auto expect = fields[beast_http::field::expect];
  if (!expect.empty() && !iequals(expect, "100-continue")) {
    return Refusal{417, "the only expectation that is met here is 100-continue"};
  }
  return std::nullopt;
}

}  // namespace

struct RequestParser::Parts {
  Parts(const Limits& all, bool waits_for_limit) : limits(all), body_bytes(all.body_bytes) {
    parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes) + 4);
    if (waits_for_limit) {
      parser.body_limit(boost::none);
    } else {
      parser.body_limit(body_bytes);
    }
  }
  const Limits& limits;
  std::size_t body_bytes;
  beast_http::request_parser<beast_http::string_body> parser;
  std::size_t raw_body_bytes = 0;
};

Result<std::size_t, Refusal> header_length(std::string_view bytes, const Limits& limits) {
  const std::size_t end = bytes.find("\r\n\r\n");
  const std::size_t length = end == std::string_view::npos ? bytes.size() : end + 4;
  if (length > limits.header_bytes) {
    const bool in_line = bytes.substr(0, limits.header_bytes).find('\r') == std::string_view::npos;
    return fail(in_line ? Refusal{414, "the request target is too long"} : kHeaderTooLong);
  }
  // Lines that end in LF alone never end the header: say so now and not at the deadline.
  if (end == std::string_view::npos && bytes.find("\n\n") != std::string_view::npos) {
    return fail(kNoHttp);
  }
  return end == std::string_view::npos ? 0 : length;
}

RequestParser::RequestParser(const Limits& limits, bool waits_for_limit)
    : parts_(std::make_unique<Parts>(limits, waits_for_limit)) {}
RequestParser::~RequestParser() = default;

std::optional<Refusal> RequestParser::on_header(std::string_view block, Request& out) {
  if (!is_clean(block)) return kNoHttp;
  if (target_in(block).size() > parts_->limits.target_bytes) {
    return Refusal{414, "the request target is too long"};
  }
  const auto lines = static_cast<std::size_t>(std::count(block.begin(), block.end(), '\n'));
  if (lines > parts_->limits.header_count + 2) {
    return Refusal{431, "the request has too many header fields"};
  }
  auto& parser = parts_->parser;
  error_code error;
  parser.eager(false);
  parser.put(asio::buffer(block.data(), block.size()), error);
  if (error == beast_http::error::body_limit) return kBodyTooLong;
  if (error == beast_http::error::bad_version && names_another_version(block))
    return Refusal{505, "this server speaks HTTP/1.1"};
  if (error || !parser.is_header_done()) return kNoHttp;
  const auto& fields = parser.get().base();
  if (auto refusal = check_fields(fields)) return refusal;
  out.method = parse_method(view(fields.method_string()));
  out.target = view(fields.target());
  for (const auto& field : fields) out.headers.add(view(field.name_string()), view(field.value()));
  return std::nullopt;
}

bool RequestParser::keep_alive() const {
  return parts_->parser.keep_alive();
}

bool RequestParser::is_http_1_0() const {
  return parts_->parser.get().version() < 11;
}

bool RequestParser::expects_continue() const {
  return !is_http_1_0() && !complete() &&
         iequals(parts_->parser.get()[beast_http::field::expect], "100-continue");
}

bool RequestParser::is_websocket_upgrade() const {
  const auto& request = parts_->parser.get();
  return parts_->parser.upgrade() && complete() && request.method() == beast_http::verb::get &&
         iequals(request[beast_http::field::upgrade], "websocket");
}

std::optional<Refusal> RequestParser::limit_body(std::size_t bytes) {
  parts_->body_bytes = bytes;
  parts_->parser.body_limit(bytes);
  const auto length = parts_->parser.content_length();
  return length && *length > bytes ? std::optional(kBodyTooLong) : std::nullopt;
}

Result<std::size_t, Refusal> RequestParser::on_body(std::string_view bytes) {
  auto& parts = *parts_;
  parts.parser.eager(true);
  error_code error;
  const std::size_t used = parts.parser.put(asio::buffer(bytes.data(), bytes.size()), error);
  if (error == beast_http::error::need_more) error = {};
  if (error == beast_http::error::body_limit) return fail(kBodyTooLong);
  if (error) return fail(kBadBody);
  parts.raw_body_bytes += used;
  if (parts.raw_body_bytes > parts.body_bytes * kChunkOverheadFactor + kChunkOverheadBytes) {
    return fail(kBodyTooLong);
  }
  return used;
}

bool RequestParser::complete() const {
  return parts_->parser.is_done();
}

std::string RequestParser::take_body() {
  return std::move(parts_->parser.get().body());
}

}  // namespace turnpike::http
