#include "http/core/message.h"

#include <algorithm>
#include <array>

namespace turnpike::http {
namespace {

constexpr std::array<std::string_view, 7> kMethods = {"GET",   "HEAD",   "POST",   "PUT",
                                                      "PATCH", "DELETE", "OPTIONS"};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string_view method_name(Method method) {
  const auto index = static_cast<std::size_t>(method);
  return index < kMethods.size() ? kMethods[index] : "other";
}

Method parse_method(std::string_view name) {
  const auto at = std::find(kMethods.begin(), kMethods.end(), name);
  return static_cast<Method>(at - kMethods.begin());
}

void Headers::add(std::string_view name, std::string_view value) {
  list_.push_back({std::string(name), std::string(value)});
}

void Headers::set(std::string_view name, std::string_view value) {
  std::erase_if(list_, [name](const Header& h) { return same_name(h.name, name); });
  add(name, value);
}

std::string_view Headers::find(std::string_view name) const {
  for (const Header& header : list_) {
    if (same_name(header.name, name)) return header.value;
  }
  return {};
}

bool Headers::has(std::string_view name) const {
  return count(name) > 0;
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      list_.begin(), list_.end(), [name](const Header& h) { return same_name(h.name, name); }));
}

Response Response::json(unsigned status, std::string body) {
  Response response{.status = status, .headers = {}, .body = std::move(body)};
  response.headers.set("Content-Type", "application/json");
  return response;
}

Response Response::text(unsigned status, std::string body) {
  Response response{.status = status, .headers = {}, .body = std::move(body)};
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  return response;
}

}  // namespace turnpike::http
