// Documents that the server has announced, fetched from it on a thread of their own: PDFs to be
// shown, and files for a page's chooser as they were uploaded. And downloads, brought to it.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "cobrowse/renderer/browser/downloads.h"
#include "cobrowse/renderer/chosen_files.h"
#include "cobrowse/renderer/document_site.h"
#include "cobrowse/renderer/orders.h"
#include "relay/crypto/crypto_rng.h"

namespace turnpike::renderer {

struct DocumentName {
  std::string id{};    // the server's: letters, digits, "-" and "_"
  std::string name{};  // for people
};

/// Where a server keeps its documents, by the address of its WebSocket for renderers.
std::string documents_url(std::string_view control_url);

class Documents {
 public:
  /// Of one document.
  static constexpr std::size_t kMaxBytes = 64 << 20;
  /// The address to go to, or the error.
  using OnShown = std::function<void(Result<std::string, std::string>)>;
  /// Their paths, or the first error.
  using OnFiles = std::function<void(Result<std::vector<std::string>, std::string>)>;

  /// The error is for people.
  using OnKept = std::function<void(Result<void, std::string>)>;

  /// `folder` as ChosenFiles takes it.
  Documents(const Orders& orders, std::string folder, std::optional<browser::BrowserUser> owner);
  /// What waits is dropped; a fetch that is under way is waited for.
  ~Documents();
  Documents(const Documents&) = delete;
  Documents& operator=(const Documents&) = delete;

  /// All answer on this object's thread; at once where too much waits for it already.
  void show(DocumentName document, OnShown on_shown);
  void collect(std::vector<DocumentName> documents, OnFiles on_files);
  /// The file is gone then. What people ask for goes first.
  void keep(const browser::Download& download, const OnKept& on_kept);

  std::shared_ptr<const DocumentSite> site() const { return site_; }

 private:
  void run();
  struct Work {
    std::function<void()> run;
    std::function<void()> on_dropped{};  // none: one that is shown, and another one takes its place
  };
  void later(Work work);
  Result<void, std::string> bring(const browser::Download& download) const;
  Result<std::string, std::string> fetch_one(const std::string& id, bool original) const;
  Result<std::string, std::string> prepare(const DocumentName& document);

  const std::string url_, authorization_;
  const std::shared_ptr<DocumentSite> site_ = std::make_shared<DocumentSite>();
  crypto::CryptoRng rng_;  // the thread's, as are the files
  ChosenFiles files_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Work> queue_, downloads_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace turnpike::renderer
