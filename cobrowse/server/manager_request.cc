#include "cobrowse/server/manager_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

constexpr std::size_t kMaxWords = 300;

std::string_view path_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t slash = scheme == std::string_view::npos ? scheme : url.find('/', scheme + 3);
  const std::string_view path = slash == std::string_view::npos ? "/" : url.substr(slash);
  return path.substr(0, path.find('?'));
}

}  // namespace

Result<http::ClientResponse, std::string> ask(const http::ClientRequest& request,
                                              std::initializer_list<unsigned> good) {
  auto answer = http::fetch(request);
  if (!answer) return fail(answer.error());
  if (std::ranges::find(good, answer->status) != good.end()) return answer;
  return fail(fmt::format("{} {}: status {} ({})", http::method_name(request.method),
                          path_of(request.url), answer->status, manager_words(*answer)));
}

std::string manager_words(const http::ClientResponse& answer) {
  const auto body = http::parse_json_object(answer.body, {.bytes = 1 << 20, .depth = 16});
  std::string words = body ? text_at(*body, {"message"}) : std::string();
  if (words.empty()) return fmt::format("status {}", answer.status);
  if (words.size() > kMaxWords) words.resize(kMaxWords);
  return words;
}

std::string text_at(const boost::json::object& object,
                    std::initializer_list<std::string_view> path) {
  const boost::json::object* inside = &object;
  const boost::json::value* value = nullptr;
  for (const std::string_view name : path) {
    if (inside == nullptr) return {};
    value = inside->if_contains(name);
    inside = value == nullptr ? nullptr : value->if_object();
  }
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace turnpike::cobrowse
