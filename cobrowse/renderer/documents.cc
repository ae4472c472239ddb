#include "cobrowse/renderer/documents.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/log.h"
#include "cobrowse/renderer/taken_file.h"
#include "http/client/fetch.h"
#include "http/core/form.h"
#include "http/core/json.h"

namespace turnpike::renderer {
namespace {

constexpr std::size_t kMaxId = 128;
constexpr std::chrono::milliseconds kFetchTime{20'000};
constexpr std::size_t kMaxWaiting = 16;
constexpr std::size_t kMaxJunk = 1024;
constexpr std::size_t kMaxProblem = 4096;

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= kMaxId && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

}  // namespace

std::string documents_url(std::string_view control_url) {
  constexpr std::string_view kEnd = "/v1/renderer";
  if (control_url.ends_with(kEnd)) control_url.remove_suffix(kEnd.size());
  while (control_url.ends_with('/')) control_url.remove_suffix(1);
  return std::string(control_url) + "/v1/documents/";
}

Documents::Documents(const Orders& orders, std::string folder,
                     std::optional<browser::BrowserUser> owner)
    : url_(documents_url(orders.control_url)),
      authorization_("Bearer " + orders.renderer + "." + std::string(orders.token.reveal())),
      files_(std::move(folder), owner),
      thread_([this] { run(); }) {}

Documents::~Documents() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    queue_.clear();
    downloads_.clear();
  }
  wake_.notify_all();
  thread_.join();
}

void Documents::show(DocumentName document, OnShown on_shown) {
  later({[this, document = std::move(document), on_shown = std::move(on_shown)] {
    on_shown(prepare(document));
  }});
}

void Documents::collect(std::vector<DocumentName> documents, OnFiles on_files) {
  const auto bring_all = [this, documents = std::move(documents), on_files] {
    std::vector<std::string> paths;
    for (const DocumentName& document : documents) {
      const auto bytes = fetch_one(document.id, true);
      if (!bytes) return on_files(fail(bytes.error()));
      auto path = files_.put(document.name, *bytes);
      if (!path) return on_files(fail(path.error()));
      paths.push_back(*std::move(path));
    }
    on_files(std::move(paths));
  };
  later({bring_all, [on_files] { on_files(fail(std::string("too much is asked for at once"))); }});
}

void Documents::keep(const browser::Download& download, const OnKept& on_kept) {
  {
    const std::lock_guard lock(mutex_);
    if (downloads_.size() < kMaxWaiting) {
      downloads_.push_back({[this, download, on_kept] { on_kept(bring(download)); }});
      return wake_.notify_one();
    }
  }
  ::unlink(download.path.c_str());
  on_kept(fail(std::string("too many files come at once")));
}

Result<void, std::string> Documents::bring(const browser::Download& download) const {
  auto content = take_file(download.path, kMaxBytes);
  if (!content) return fail(content.error());
  http::ClientRequest request{
      .method = http::Method::kPost,
      .url = url_ + "?name=" + http::percent_encode(safe_file_name(download.name)),
      .body = *std::move(content),
      .deadline = kFetchTime};
  request.headers.add("Authorization", authorization_);
  request.headers.add("Content-Type", "application/octet-stream");
  const auto answer = http::fetch(request);
  if (!answer) {
    LOG(kWarning, "a download cannot be brought to the server: {}", answer.error());
    return fail(std::string("it could not be kept"));
  }
  if (answer->status == 201) return {};
  const auto problem = http::parse_json_object(answer->body, {.bytes = kMaxProblem, .depth = 4});
  const std::string why = problem ? http::text_of(*problem, "detail") : "";
  return fail(why.empty() ? fmt::format("the server says {}", answer->status) : why);
}

/// Fetched once: what has been converted stays as it is.
Result<std::string, std::string> Documents::prepare(const DocumentName& document) {
  if (const auto known = site_->url_of(document.id)) return *known;
  auto bytes = fetch_one(document.id, false);
  if (!bytes) return fail(bytes.error());
  // Some have other bytes in front of it, and readers take that.
  if (std::string_view(*bytes).substr(0, kMaxJunk).find("%PDF-") == std::string_view::npos)
    return fail(std::string("what the server sent is no PDF"));
  return site_->add(document.id, safe_file_name(document.name), *std::move(bytes), rng_);
}

Result<std::string, std::string> Documents::fetch_one(const std::string& id, bool original) const {
  if (!is_id(id)) return fail(std::string("a document has no such number"));
  http::ClientRequest request{.url = url_ + id + (original ? "?original=1" : ""),
                              .deadline = kFetchTime,
                              .max_body_bytes = kMaxBytes};
  request.headers.add("Authorization", authorization_);
  auto answer = http::fetch(request);
  if (!answer) return fail(answer.error());
  if (answer->status != 200) return fail(fmt::format("the server says {}", answer->status));
  return std::move(answer->body);
}

/// Where there are too many, the last one to be shown is what people look at.
void Documents::later(Work work) {
  Work dropped;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= kMaxWaiting) {
      auto first = std::ranges::find_if(queue_, [](const Work& one) { return !one.on_dropped; });
      if (first == queue_.end()) first = queue_.begin();
      dropped = std::move(*first);
      queue_.erase(first);
    }
    queue_.push_back(std::move(work));
  }
  wake_.notify_one();
  if (dropped.on_dropped) dropped.on_dropped();
}

void Documents::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return is_stopping_ || !queue_.empty() || !downloads_.empty(); });
    if (is_stopping_) return;
    std::deque<Work>& next = queue_.empty() ? downloads_ : queue_;
    const Work work = std::move(next.front());
    next.pop_front();
    lock.unlock();
    work.run();
    lock.lock();
  }
}

}  // namespace turnpike::renderer
