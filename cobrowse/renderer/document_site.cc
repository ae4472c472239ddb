#include "cobrowse/renderer/document_site.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/base64.h"

namespace turnpike::renderer {
namespace {

constexpr std::size_t kTokenBytes = 16;

std::string start_of_urls() {
  return fmt::format("http://{}", kDocumentHost);
}

/// Everything but RFC 3986's unreserved characters is encoded.
std::string as_path(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

/// Nobody else embeds it, reads it or learns its address.
constexpr std::string_view kHeads =
    "Content-Type: application/pdf\r\nContent-Disposition: inline\r\n"
    "X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\nReferrer-Policy: no-referrer\r\n";

constexpr std::string_view kNotFound =
    "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 25\r\n"
    "Cache-Control: no-store\r\nConnection: close\r\n\r\nthere is no such document";

}  // namespace

std::string DocumentSite::add(std::string_view id, std::string_view name, std::string bytes,
                              Rng& rng) {
  std::array<std::uint8_t, kTokenBytes> token{};
  rng.fill(token);
  Document document{.id = std::string(id),
                    .name = std::string(name),
                    .path = fmt::format("/{}/{}", hex_encode(token), as_path(name)),
                    .bytes = std::move(bytes)};
  const std::lock_guard lock(mutex_);
  bytes_ += document.bytes.size();
  documents_.push_back(std::move(document));
  while (bytes_ > kMaxBytes && documents_.size() > 1) {
    bytes_ -= documents_.front().bytes.size();
    documents_.pop_front();
  }
  return start_of_urls() + documents_.back().path;
}

std::optional<std::string> DocumentSite::url_of(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::ranges::find_if(documents_, [&](const Document& one) { return one.id == id; });
  if (found == documents_.end()) return std::nullopt;
  return start_of_urls() + found->path;
}

std::optional<std::string> DocumentSite::name_of(std::string_view url) const {
  const std::string start = start_of_urls() + "/";
  if (!url.starts_with(start)) return std::nullopt;
  url.remove_prefix(start.size() - 1);
  const std::lock_guard lock(mutex_);
  const Document* const found = by_path(url.substr(0, url.find_first_of("?#")));
  return found == nullptr ? std::string("document") : found->name;
}

std::string DocumentSite::answer(std::string_view request) const {
  constexpr std::string_view kGet = "GET ";
  const std::lock_guard lock(mutex_);
  const Document* const found =
      request.starts_with(kGet) ? by_path(request.substr(kGet.size())) : nullptr;
  if (found == nullptr) return std::string(kNotFound);
  return fmt::format(
             "HTTP/1.1 200 OK\r\n{}Content-Length: {}\r\nCache-Control: no-store\r\n"
             "Connection: close\r\n\r\n",
             kHeads, found->bytes.size()) +
         found->bytes;
}

const DocumentSite::Document* DocumentSite::by_path(std::string_view path) const {
  const auto found =
      std::ranges::find_if(documents_, [&](const Document& one) { return one.path == path; });
  return found == documents_.end() ? nullptr : &*found;
}

}  // namespace turnpike::renderer
