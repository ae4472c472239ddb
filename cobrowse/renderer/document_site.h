// The documents that a session has been shown, as a site that only its browser can reach: the
// egress proxy answers for it. Each has an address that no page can guess.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/rng.h"

namespace turnpike::renderer {

/// Reserved for what is in no DNS (RFC 6761 section 6.4).
inline constexpr std::string_view kDocumentHost = "document.turnpike.invalid";

/// Any thread, all of it.
class DocumentSite {
 public:
  /// Of all documents together; the ones that were added first are forgotten.
  static constexpr std::size_t kMaxBytes = 192 << 20;

  /// The address of a PDF from now on. `name` is for people to read, and the last part of it.
  std::string add(std::string_view id, std::string_view name, std::string bytes, Rng& rng);
  /// Of a document that is here still.
  std::optional<std::string> url_of(std::string_view id) const;
  /// What people read instead of its address; nothing for another site's.
  std::optional<std::string> name_of(std::string_view url) const;
  /// To "GET /path": the document with its heads, or 404.
  std::string answer(std::string_view request) const;

 private:
  struct Document {
    std::string id, name, path, bytes;
  };
  const Document* by_path(std::string_view path) const;

  mutable std::mutex mutex_;
  std::deque<Document> documents_;
  std::size_t bytes_ = 0;
};

}  // namespace turnpike::renderer
