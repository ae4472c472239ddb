// Documents over REST: people upload, list and delete those of their session and save what pages
// gave; its renderer fetches them, and brings downloads. docs/cobrowse-protocol.md has the shapes.
#pragma once

#include <boost/json/array.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "cobrowse/documents/document_store.h"
#include "cobrowse/server/sessions.h"
#include "http/core/message.h"
#include "http/server/http_server.h"

namespace turnpike::cobrowse {

class DocumentsRest {
 public:
  static constexpr std::size_t kUploadsAtOnce = 16;  // large ones, of all sessions
  static constexpr std::size_t kUploadsOfASession = 4;
  static constexpr std::size_t kSavesAtOnce = 8;
  static constexpr std::size_t kSavesOfASession = 2;
  /// Whose token it is, in a session of another server.
  using Elsewhere = std::function<std::optional<KnownPerson>(std::string_view token)>;

  /// Without a store there are no documents here: every request is a 404.
  DocumentsRest(Sessions& sessions, documents::DocumentStore* store, Elsewhere elsewhere = {})
      : sessions_(sessions), store_(store), elsewhere_(std::move(elsewhere)) {}

  /// Only an upload by somebody who is in a session and may add a document is read at length. Few
  /// save at the same time.
  http::BodyAllowance allow_body(const http::Request& request);
  /// The same for a request that for_renderer() will get.
  http::BodyAllowance allow_download(const http::Request& request);
  /// /v1/documents for people. Nothing: it is another path.
  std::optional<http::Response> for_people(const http::Request& request);
  /// GET /v1/documents/ID and POST /v1/documents/ with Authorization: Bearer RENDERER.TOKEN.
  http::Response for_renderer(const http::Request& request);

 private:
  http::Response add(const http::Request& request, const KnownPerson& person);
  http::Response add_download(const http::Request& request, const std::string& session);
  http::Response save(const KnownPerson& person, const std::string& id);
  http::BodyAllowance allow_upload(const std::string& session);
  struct Transfers;
  /// Nothing: there are too many.
  static std::shared_ptr<void> place_in(const std::shared_ptr<Transfers>& transfers,
                                        const std::string& session);
  std::optional<std::string> session_of_renderer(const http::Request& request);
  void note_added(const std::string& session, std::string_view action, std::string who,
                  const documents::Document& document, std::string_view content);
  http::Response remove(const KnownPerson& person, const std::string& id);

  /// Uploads that are being read, or downloads that are being sent, by session. What holds one may
  /// outlive this object.
  struct Transfers {
    const std::size_t most, most_of_session;
    std::mutex mutex{};
    std::map<std::string, std::size_t> of_session{};
    std::size_t all = 0;
  };

  Sessions& sessions_;
  documents::DocumentStore* const store_;
  const Elsewhere elsewhere_;
  const std::shared_ptr<Transfers> uploads_{new Transfers{kUploadsAtOnce, kUploadsOfASession}};
  const std::shared_ptr<Transfers> saves_{new Transfers{kSavesAtOnce, kSavesOfASession}};
};

/// Of the message `documents` and of REST.
boost::json::array describe(const std::vector<documents::Document>& list);

}  // namespace turnpike::cobrowse
