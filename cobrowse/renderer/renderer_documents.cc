// What the server says about documents: one is shown, or some are given to a page.
#include <algorithm>
#include <boost/json/array.hpp>

#include "base/log.h"
#include "cobrowse/renderer/renderer.h"
#include "http/core/json.h"

namespace turnpike::renderer {
namespace {

namespace json = boost::json;
using http::text_of;

constexpr std::size_t kMaxFiles = 20;  // at once

DocumentName document_of(const json::object& object) {
  return {.id = text_of(object, "id"), .name = text_of(object, "name")};
}

std::vector<DocumentName> documents_of(const json::object& message) {
  std::vector<DocumentName> list;
  const json::value* const documents = message.if_contains("documents");
  if (documents == nullptr || !documents->is_array()) return list;
  for (const json::value& one : documents->get_array()) {
    if (one.is_object() && list.size() < kMaxFiles) list.push_back(document_of(one.get_object()));
  }
  return list;
}

}  // namespace

bool Renderer::on_document_message(std::string_view type, ViewerId id, const Object& message) {
  if (type == "document") return show_document(id, message), true;
  if (type == "files") return choose_files(id, message), true;
  return false;
}

void Renderer::show_document(ViewerId id, const Object& message) {
  documents_->show(document_of(message), [this, id, alive = alive_](
                                             const Result<std::string, std::string>& url) {
    loop_.post([this, id, url, alive] {
      if (!*alive) return;
      if (url) return go(*url);
      LOG(kWarning, "renderer {}: a document: {}", orders_.renderer, log::log_safe(url.error()));
      tell_refused(id, "document", "the document could not be loaded");
    });
  });
}

/// A browser that is being started goes there when it is ready.
void Renderer::go(const std::string& url) {
  url_ = url;
  if (browser::Browser* const browser = stage_ ? stage_->browser() : nullptr) browser->go(url);
}

void Renderer::choose_files(ViewerId id, const Object& message) {
  const auto give = [this](const std::vector<std::string>& paths) {
    if (stage_ && stage_->browser() != nullptr) stage_->browser()->choose_files(paths);
  };
  std::vector<DocumentName> documents = documents_of(message);
  if (documents.empty()) return give({});
  documents_->collect(
      std::move(documents),
      [this, id, give, alive = alive_](const Result<std::vector<std::string>, std::string>& paths) {
        loop_.post([this, id, give, paths, alive] {
          if (!*alive) return;
          give(paths ? *paths : std::vector<std::string>());
          if (paths) return;
          LOG(kWarning, "renderer {}: files: {}", orders_.renderer, log::log_safe(paths.error()));
          tell_refused(id, "files", "the files could not be loaded");
        });
      });
}

void Renderer::keep_download(const browser::Download& download) {
  documents_->keep(download, [this, name = download.name,
                              alive = alive_](const Result<void, std::string>& kept) {
    loop_.post([this, name, kept, alive] {
      if (!*alive) return;
      if (!kept) {
        LOG(kWarning, "renderer {}: a download: {}", orders_.renderer, log::log_safe(kept.error()));
      }
      send({{"t", "notice"},
            {"text", kept ? "the page gave a file, it is with the documents: " + name
                          : "a download was refused: " + name + ": " + kept.error()}});
    });
  });
}

}  // namespace turnpike::renderer
