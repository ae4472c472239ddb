// Documents over REST: people upload, list and delete those of their session, its renderer fetches
// them. docs/cobrowse-protocol.md has the shapes.
#pragma once

#include <boost/json/array.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "cobrowse/documents/document_store.h"
#include "cobrowse/server/sessions.h"
#include "http/core/message.h"

namespace turnpike::cobrowse {

class DocumentsRest {
 public:
  /// Without a store there are no documents here: every request is a 404.
  DocumentsRest(Sessions& sessions, documents::DocumentStore* store)
      : sessions_(sessions), store_(store) {}

  /// How much of a body is read: an upload by somebody who is in a session and may add one; 0: no
  /// more than of any other request.
  std::size_t body_limit(const http::Request& request) const;
  /// /v1/documents for people. Nothing: it is another path.
  std::optional<http::Response> for_people(const http::Request& request);
  /// GET /v1/documents/ID with Authorization: Bearer RENDERER.TOKEN.
  http::Response for_renderer(const http::Request& request);

 private:
  http::Response add(const http::Request& request, const KnownPerson& person);
  http::Response remove(const KnownPerson& person, const std::string& id);

  Sessions& sessions_;
  documents::DocumentStore* const store_;
};

/// Of the message `documents` and of REST.
boost::json::array describe(const std::vector<documents::Document>& list);

}  // namespace turnpike::cobrowse
