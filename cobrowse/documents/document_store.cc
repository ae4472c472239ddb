#include "cobrowse/documents/document_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/base64.h"
#include "base/log.h"
#include "cobrowse/documents/document_name.h"
#include "cobrowse/documents/stored_files.h"

namespace turnpike::documents {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kMaxNote = 4096;
constexpr const char* kOriginal = ".original";
constexpr const char* kPdf = ".pdf";
constexpr const char* kNote = ".note";

void remove_file(const std::string& name) {
  std::error_code error;
  fs::remove(name, error);
}

}  // namespace

Result<std::unique_ptr<DocumentStore>, std::string> DocumentStore::open(StoreSettings settings,
                                                                        Converter converter,
                                                                        Rng& rng, Changed changed) {
  std::error_code error;
  fs::create_directories(settings.folder, error);
  if (error || ::chmod(settings.folder.c_str(), 0700) != 0 ||
      ::access(settings.folder.c_str(), W_OK | X_OK) != 0) {
    return fail(fmt::format("documents.folder \"{}\" cannot be used: {}", settings.folder,
                            error ? error.message() : std::generic_category().message(errno)));
  }
  return std::unique_ptr<DocumentStore>(
      new DocumentStore(std::move(settings), std::move(converter), rng, std::move(changed)));
}

DocumentStore::DocumentStore(StoreSettings settings, Converter converter, Rng& rng, Changed changed)
    : settings_(std::move(settings)),
      converter_(std::move(converter)),
      rng_(rng),
      changed_(std::move(changed)),
      cancel_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { run(); }) {}

DocumentStore::~DocumentStore() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ::eventfd_write(cancel_, 1);
  }
  wake_.notify_all();
  thread_.join();
  ::close(cancel_);
}

std::string DocumentStore::path(const std::string& session, const std::string& id,
                                const char* what) const {
  return fmt::format("{}/{}/{}{}", settings_.folder, session, id, what);
}

DocumentStore::Record* DocumentStore::find(const std::string& session, const std::string& id) {
  const auto all = sessions_.find(session);
  if (all == sessions_.end()) return nullptr;
  const auto found =
      std::ranges::find_if(all->second, [&](const Record& one) { return one.document.id == id; });
  return found == all->second.end() ? nullptr : &*found;
}

std::uint64_t DocumentStore::bytes_of(const std::string& session) const {
  std::uint64_t total = 0;
  const auto all = sessions_.find(session);
  if (all == sessions_.end()) return 0;
  for (const Record& one : all->second) total += one.bytes;
  return total;
}

std::optional<AddRefusal> DocumentStore::check_room(const std::string& session) const {
  const auto all = sessions_.find(session);
  if (all != sessions_.end() && all->second.size() >= settings_.max_documents) {
    return AddRefusal{AddProblem::kTooMany,
                      fmt::format("this session has {} documents already, which is as many as one "
                                  "may have",
                                  all->second.size())};
  }
  if (bytes_of(session) >= settings_.max_bytes * settings_.session_factor) {
    return AddRefusal{AddProblem::kTooMany,
                      "this session's documents are as big together as they may be"};
  }
  if (waiting_.size() >= settings_.max_waiting) {
    return AddRefusal{AddProblem::kBusy, "too many documents are being prepared, try again later"};
  }
  return std::nullopt;
}

std::optional<AddRefusal> DocumentStore::may_add(const std::string& session) {
  const std::lock_guard lock(mutex_);
  return check_room(session);
}

Result<Document, AddRefusal> DocumentStore::add(const std::string& session, std::string_view name,
                                                Bytes content) {
  if (content.size() > settings_.max_bytes) {
    return fail(AddRefusal{AddProblem::kTooBig, "the file is too big"});
  }
  const auto kind = sniff(content, name);
  if (!kind) {
    return fail(AddRefusal{AddProblem::kNotShown, std::string(sniff_problem_text(kind.error()))});
  }
  if (*kind != Kind::kPdf && !shows_non_pdf()) {
    return fail(AddRefusal{AddProblem::kNotShown, "only PDF files are shown here"});
  }
  std::array<std::uint8_t, kIdBytes> random{};
  rng_.fill(random);
  const Job job{session, hex_encode(random), *kind};
  const Document document{.id = job.id, .name = clean_name(name)};
  {
    const std::lock_guard lock(mutex_);
    if (auto refusal = check_room(session)) return fail(*std::move(refusal));
    sessions_[session].push_back({document, content.size(), *kind == Kind::kPdf});
  }
  ::mkdir((settings_.folder + "/" + session).c_str(), 0700);
  bool written = false;
  {
    const OwnedFd file(create_file(path(session, job.id, kOriginal)));
    written = file.is_open() && write_whole(file.fd(), content);
  }
  if (!finish_add(job, written)) {
    return fail(AddRefusal{AddProblem::kNoRoom, "the document cannot be stored"});
  }
  changed_(session);
  return document;
}

/// The session may have ended while the file was written.
bool DocumentStore::finish_add(const Job& job, bool written) {
  const std::lock_guard lock(mutex_);
  if (!written || find(job.session, job.id) == nullptr) {
    erase(job.session, job.id);
    return false;
  }
  waiting_.push_back(job);
  wake_.notify_all();
  return true;
}

std::vector<Document> DocumentStore::list(const std::string& session) {
  const std::lock_guard lock(mutex_);
  std::vector<Document> all;
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return all;
  for (const Record& one : found->second) all.push_back(one.document);
  return all;
}

/// With its files, and the folder of its session where that is empty then.
void DocumentStore::erase(const std::string& session, const std::string& id) {
  for (const char* const what : {kOriginal, kPdf, kNote}) remove_file(path(session, id, what));
  const auto all = sessions_.find(session);
  if (all != sessions_.end()) {
    std::erase_if(all->second, [&](const Record& one) { return one.document.id == id; });
    if (!all->second.empty()) return;
    sessions_.erase(all);
  }
  ::rmdir((settings_.folder + "/" + session).c_str());
}

void DocumentStore::cancel_current(const std::string& session, const std::string& id) {
  const bool is_it = current_ && current_->session == session && (id.empty() || current_->id == id);
  if (is_it) ::eventfd_write(cancel_, 1);
  std::erase_if(waiting_, [&](const Job& one) {
    return one.session == session && (id.empty() || one.id == id);
  });
}

bool DocumentStore::remove(const std::string& session, const std::string& id) {
  {
    const std::lock_guard lock(mutex_);
    if (find(session, id) == nullptr) return false;
    cancel_current(session, id);
    erase(session, id);
  }
  changed_(session);
  return true;
}

void DocumentStore::forget(const std::string& session) {
  const std::lock_guard lock(mutex_);
  cancel_current(session, "");
  if (sessions_.erase(session) == 0) return;
  std::error_code error;
  fs::remove_all(settings_.folder + "/" + session, error);
  if (error) LOG(kError, "documents of session {} stay: {}", session, error.message());
}

std::optional<StoredFile> DocumentStore::read(const std::string& session, const std::string& id,
                                              bool original) {
  const std::lock_guard lock(mutex_);
  const Record* const record = find(session, id);
  if (record == nullptr || record->document.state != DocumentState::kReady) return std::nullopt;
  const bool upload = original || record->is_pdf;
  auto content = read_whole(path(session, id, upload ? kOriginal : kPdf),
                            settings_.max_bytes * settings_.session_factor);
  if (!content) return std::nullopt;
  return StoredFile{original ? record->document.name : pdf_name(record->document.name),
                    *std::move(content)};
}

void DocumentStore::keep_only(const std::vector<std::string>& sessions) {
  const std::lock_guard lock(mutex_);
  std::error_code error;
  std::vector<fs::path> left_over;
  for (fs::directory_iterator at(settings_.folder, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename();
    if (std::ranges::find(sessions, name) == sessions.end()) {
      left_over.push_back(at->path());
    } else {
      take_up(name);
    }
  }
  for (const fs::path& one : left_over) fs::remove_all(one, error);
  if (!left_over.empty()) LOG(kInfo, "documents: {} left-overs are deleted", left_over.size());
}

void DocumentStore::take_up(const std::string& session) {
  std::error_code error;
  std::vector<std::string> ids;
  std::vector<fs::path> all;
  for (fs::directory_iterator at(settings_.folder + "/" + session, error), end; !error && at != end;
       at.increment(error)) {
    all.push_back(at->path());
    if (at->path().extension() == kNote) ids.push_back(at->path().stem());
  }
  for (const fs::path& file : all) {
    if (std::ranges::find(ids, file.stem().string()) == ids.end()) fs::remove(file, error);
  }
  std::ranges::sort(ids, {}, [&](const std::string& id) {
    std::error_code ignored;
    return fs::last_write_time(path(session, id, kNote), ignored);
  });
  for (const std::string& id : ids) {
    const auto note = parse_note(read_whole(path(session, id, kNote), kMaxNote).value_or(""));
    if (!note) continue;
    std::uint64_t bytes = 0;
    for (const char* const what : {kOriginal, kPdf}) {
      const OwnedFd file(open_file(path(session, id, what)));
      if (file.is_open()) bytes += size_of(file.fd());
    }
    sessions_[session].push_back(
        {{.id = id, .name = note->name, .state = DocumentState::kReady, .pages = note->pages},
         bytes,
         note->is_pdf});
  }
}

void DocumentStore::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    current_ = std::move(waiting_.front());
    waiting_.pop_front();
    const Job job = *current_;
    lock.unlock();
    const Outcome outcome = convert(job);
    lock.lock();
    current_.reset();
    if (!stopping_) {
      eventfd_t ignored = 0;
      ::eventfd_read(cancel_, &ignored);
    }
    const bool told = settle(job, outcome);
    lock.unlock();
    if (told) changed_(job.session);
    lock.lock();
  }
}

DocumentStore::Outcome DocumentStore::convert(const Job& job) {
  Outcome outcome;
  const auto stop = [&](const std::string& why) {
    outcome.problem = why;
    outcome.is_cancelled = why.empty();
    return outcome;
  };
  const OwnedFd original(open_file(path(job.session, job.id, kOriginal)));
  if (!original.is_open()) return stop("");
  remove_file(scratch());
  const OwnedFd made(job.kind == Kind::kPdf ? -1 : create_file(scratch()));
  if (job.kind != Kind::kPdf) {
    if (!made.is_open()) return stop("it cannot be stored");
    const auto done = converter_.to_pdf(job.kind, original.fd(), made.fd(), cancel_);
    if (!done) return stop(done.error());
    outcome.bytes = size_of(made.fd());
  }
  const auto pages = converter_.count_pages(made.is_open() ? made.fd() : original.fd(), cancel_);
  if (!pages) return stop(pages.error());
  outcome.pages = *pages;
  return outcome;
}

/// Whether there is something to tell: not where it was removed meanwhile.
bool DocumentStore::settle(const Job& job, const Outcome& outcome) {
  Record* const record = find(job.session, job.id);
  if (record == nullptr || outcome.is_cancelled) {
    remove_file(scratch());
    return false;
  }
  Document& document = record->document;
  document.problem = outcome.problem;
  const bool fits =
      bytes_of(job.session) + outcome.bytes <= settings_.max_bytes * settings_.session_factor;
  if (document.problem.empty() && !fits) document.problem = "it is too big to prepare";
  if (document.problem.empty() && !record->is_pdf &&
      ::rename(scratch().c_str(), path(job.session, job.id, kPdf).c_str()) != 0) {
    document.problem = "it cannot be stored";
  }
  if (!document.problem.empty()) {
    document.state = DocumentState::kFailed;
    record->bytes = 0;
    for (const std::string& file : {scratch(), path(job.session, job.id, kOriginal)}) {
      remove_file(file);
    }
    return true;
  }
  document.state = DocumentState::kReady;
  document.pages = outcome.pages;
  record->bytes += outcome.bytes;
  const OwnedFd note(create_file(path(job.session, job.id, kNote)));
  const std::string text =
      to_text({.pages = outcome.pages, .is_pdf = record->is_pdf, .name = document.name});
  if (!note.is_open() || !write_whole(note.fd(), as_bytes(text))) {
    LOG(kWarning, "documents: {} will not outlive a restart", job.id);
  }
  return true;
}

}  // namespace turnpike::documents
