#include "http/server/response_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>

#include "http/core/problem.h"

namespace turnpike::http {
namespace {

bool is_token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_writable(const Header& header) {
  const bool name = !header.name.empty() &&
                    std::all_of(header.name.begin(), header.name.end(), is_token_character);
  return name && std::none_of(header.value.begin(), header.value.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return (byte < 0x20 && c != '\t') || byte == 0x7f;
         });
}

bool is_ours(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kOurs = {
      "content-length", "transfer-encoding", "connection", "keep-alive", "date", "server"};
  return std::any_of(kOurs.begin(), kOurs.end(), [name](std::string_view ours) {
    return std::equal(name.begin(), name.end(), ours.begin(), ours.end(), [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
    });
  });
}

bool has_no_body(unsigned status) {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace

std::string http_date(std::int64_t unix_time) {
  namespace chrono = std::chrono;
  static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const chrono::sys_seconds time{chrono::seconds(unix_time)};
  const auto day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss clock{time - day};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays[chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

std::string write_response(const Response& response, const Framing& framing) {
  const auto& headers = response.headers.all();
  const bool final_status = response.status >= 200 && response.status <= 599;
  if (!final_status || !std::all_of(headers.begin(), headers.end(), is_writable)) {
    return write_response(problem(500, "the answer could not be written"), framing);
  }
  std::string out;
  out.reserve(256 + response.body.size() + 64 * headers.size());
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status,
                 status_title(response.status), http_date(framing.unix_time));
  for (const Header& header : headers) {
    if (is_ours(header.name)) continue;
    fmt::format_to(std::back_inserter(out), "{}: {}\r\n", header.name, header.value);
  }
  const bool bodiless = has_no_body(response.status);
  if (!bodiless) {
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", response.body.size());
  }
  if (!framing.keep_alive) out += "Connection: close\r\n";
  if (framing.keep_alive && framing.http_1_0) out += "Connection: keep-alive\r\n";
  out += "\r\n";
  if (!bodiless && !framing.head) out += response.body;
  return out;
}

}  // namespace turnpike::http
