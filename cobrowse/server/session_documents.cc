// What a session knows of its documents, and shows of them.
#include "cobrowse/server/session.h"
#include "http/core/json.h"

namespace turnpike::cobrowse {

namespace json = boost::json;
using http::text_of;

void Session::on_documents(const json::array& list) {
  latest_["documents"] = {{"t", "documents"}, {"documents", list}};
  tell(latest_["documents"]);
}

/// One that can be shown, or with `as_file` any.
std::optional<std::string> Session::name_of_document(const std::string& id, bool as_file) const {
  const auto all = latest_.find("documents");
  if (all == latest_.end()) return std::nullopt;
  for (const json::value& one : all->second.at("documents").as_array()) {
    const Object& document = one.as_object();
    const bool is_there =
        document.at("state") == "ready" || (as_file && document.at("state") == "kept");
    if (is_there && document.at("id") == json::value(id)) {
      return std::string(document.at("name").as_string());
    }
  }
  return std::nullopt;
}

/// One that was deleted meanwhile is not there to be shown.
void Session::show_again() {
  const auto name = name_of_document(shown_);
  if (name) host_.to_renderer({{"t", "document"}, {"viewer", 0}, {"id", shown_}, {"name", *name}});
}

/// Pages know documents by their numbers, the renderer is told the names too.
bool Session::name_documents(ParticipantId who, std::string_view type, Object& message) {
  const auto unknown = [&] {
    host_.send(who, {{"t", "refused"}, {"what", type}, {"why", "there is no such document"}});
    return false;
  };
  if (type == "document") {
    const auto name = name_of_document(text_of(message, "id"));
    if (!name) return unknown();
    message["name"] = *name;
  }
  if (type != "files" || message.at("documents").as_array().empty()) return true;
  json::array named;
  for (const json::value& one : message.at("documents").as_array()) {
    const std::string id(one.as_string());
    const auto name = name_of_document(id, true);
    if (!name) return unknown();
    named.push_back(Object{{"id", id}, {"name", *name}});
  }
  message["documents"] = std::move(named);
  return true;
}

}  // namespace turnpike::cobrowse
