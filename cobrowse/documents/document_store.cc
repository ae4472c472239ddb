#include "cobrowse/documents/document_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/base64.h"
#include "base/log.h"
#include "cobrowse/documents/document_name.h"

namespace turnpike::documents {
namespace {

using namespace std::string_literals;

AddRefusal refuse(AddProblem problem, std::string_view text) {
  return {problem, std::string(text)};
}

}  // namespace

Result<std::unique_ptr<DocumentStore>, std::string> DocumentStore::open(StoreSettings settings,
                                                                        Converter converter,
                                                                        Rng& rng, Changed changed) {
  const auto claim = claim_folder(settings.folder);
  if (!claim) return fail(claim.error());
  std::unique_ptr<DocumentStore> store(new DocumentStore(std::move(settings), std::move(converter),
                                                         rng, std::move(changed), *claim));
  if (store->cancel_ < 0) return fail("no eventfd for documents: too many open files"s);
  return store;
}

DocumentStore::DocumentStore(StoreSettings settings, Converter converter, Rng& rng, Changed changed,
                             int claim)
    : settings_(std::move(settings)),
      converter_(std::move(converter)),
      rng_(rng),
      changed_(std::move(changed)),
      claim_(claim),
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

std::optional<AddRefusal> DocumentStore::check_room(const std::string& session,
                                                    std::uint64_t bytes) const {
  const auto all = sessions_.find(session);
  if (all != sessions_.end() && all->second.size() >= settings_.max_documents) {
    return refuse(AddProblem::kTooMany,
                  fmt::format("this session has {} documents already, which is as many as one may "
                              "have",
                              all->second.size()));
  }
  if (bytes_of(session) + bytes > settings_.max_bytes * settings_.session_factor) {
    return refuse(AddProblem::kTooMany,
                  "this session's documents are as big together as they may be");
  }
  if (waiting_.size() + adding_ >= settings_.max_waiting) {
    return refuse(AddProblem::kBusy, "too many documents are being prepared, try again later");
  }
  return std::nullopt;
}

/// A page can fill no more than half of the room.
std::optional<AddRefusal> DocumentStore::check_shelf(const std::string& session,
                                                     std::uint64_t bytes) const {
  std::size_t count = 0;
  std::uint64_t total = bytes;
  const auto all = sessions_.find(session);
  if (all == sessions_.end()) return std::nullopt;
  for (const Record& one : all->second) {
    if (!one.document.is_download) continue;
    ++count;
    total += one.bytes;
  }
  if (count < settings_.max_documents / 2 &&
      total <= settings_.max_bytes * settings_.session_factor / 2) {
    return std::nullopt;
  }
  return refuse(AddProblem::kTooMany, "there are as many downloads here as a session may have");
}

std::optional<AddRefusal> DocumentStore::may_add(const std::string& session) {
  const std::lock_guard lock(mutex_);
  return check_room(session, 1);
}

Result<Document, AddRefusal> DocumentStore::add(const std::string& session, std::string_view name,
                                                Bytes content) {
  if (content.size() > settings_.max_bytes) {
    return fail(refuse(AddProblem::kTooBig, "the file is too big"));
  }
  const auto kind = sniff(content, name);
  if (!kind) return fail(refuse(AddProblem::kNotShown, sniff_problem_text(kind.error())));
  if (*kind != Kind::kPdf && !shows_non_pdf()) {
    return fail(refuse(AddProblem::kNotShown, "only PDF files are shown here"));
  }
  return put(session, content,
             {.document = {.name = clean_name(name)}, .is_pdf = *kind == Kind::kPdf}, *kind);
}

Result<Document, AddRefusal> DocumentStore::add_download(const std::string& session,
                                                         std::string_view name, Bytes content) {
  if (content.size() > settings_.max_bytes) {
    return fail(refuse(AddProblem::kTooBig, "the file is too big"));
  }
  const auto kind = sniff(content, name);
  const bool is_pdf = kind && *kind == Kind::kPdf;
  Record record{.document = {.name = clean_name(name), .is_download = true}, .is_pdf = is_pdf};
  const bool is_shown = is_pdf || (kind && shows_non_pdf());
  if (!is_shown) record.document.state = DocumentState::kKept;
  return put(session, content, std::move(record), is_shown ? std::optional(*kind) : std::nullopt);
}

/// `kind`: what a PDF is made of; nothing: it is kept as it is.
Result<Document, AddRefusal> DocumentStore::put(const std::string& session, Bytes content,
                                                Record record, std::optional<Kind> kind) {
  record.bytes = content.size();
  const auto added = reserve(session, std::move(record));
  if (!added) return fail(added.error());
  ::mkdir(folder_of(session).c_str(), 0700);
  bool written = false;
  {
    const OwnedFd file(create_file(path(session, added->id, kOriginalEnding)));
    written = file.is_open() && write_whole(file.fd(), content);
  }
  const bool stored = finish_add(session, added->id, kind, written);
  changed_(session);
  if (!stored) return fail(refuse(AddProblem::kNoRoom, "the document cannot be stored"));
  return *added;
}

/// Its place among the session's documents and in the queue, before there are files.
Result<Document, AddRefusal> DocumentStore::reserve(const std::string& session, Record record) {
  if (!is_folder_name(session)) {
    return fail(refuse(AddProblem::kNoRoom, "the document cannot be stored"));
  }
  const std::lock_guard lock(mutex_);
  auto refusal = check_room(session, record.bytes);
  if (!refusal && record.document.is_download) refusal = check_shelf(session, record.bytes);
  if (refusal) return fail(*std::move(refusal));
  std::array<std::uint8_t, kIdBytes> random{};
  rng_.fill(random);
  record.document.id = hex_encode(random);
  record.number = next_number_++;
  const Document document = record.document;
  sessions_[session].push_back(std::move(record));
  ++adding_;
  return document;
}

/// It may have been removed, or its session ended, while the file was written.
bool DocumentStore::finish_add(const std::string& session, const std::string& id,
                               std::optional<Kind> kind, bool written) {
  const std::lock_guard lock(mutex_);
  --adding_;
  Record* const record = find(session, id);
  if (!written || record == nullptr) {
    erase(session, id);
    return false;
  }
  record->is_written = true;
  if (!kind) {
    write_note(session, *record);
    return true;
  }
  waiting_.push_back({session, id, *kind});
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
  for (const char* const what : {kOriginalEnding, kPdfEnding, kNoteEnding})
    remove_file(path(session, id, what));
  const auto all = sessions_.find(session);
  if (all != sessions_.end()) {
    std::erase_if(all->second, [&](const Record& one) { return one.document.id == id; });
    if (!all->second.empty()) return;
    sessions_.erase(all);
  }
  ::rmdir(folder_of(session).c_str());
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
  if (!is_folder_name(session)) return;
  const std::lock_guard lock(mutex_);
  cancel_current(session, "");
  sessions_.erase(session);
  delete_all(folder_of(session));
}

std::optional<StoredFile> DocumentStore::read(const std::string& session, const std::string& id,
                                              bool original) {
  std::unique_lock lock(mutex_);
  const Record* const record = find(session, id);
  if (record == nullptr || !record->is_written) return std::nullopt;
  const DocumentState state = record->document.state;
  const bool is_there =
      state == DocumentState::kReady ||
      (original && (state == DocumentState::kKept || record->document.is_download));
  if (!is_there) return std::nullopt;
  const bool upload = original || record->is_pdf;
  const std::string name = original ? record->document.name : pdf_name(record->document.name);
  const OwnedFd file(open_file(path(session, id, upload ? kOriginalEnding : kPdfEnding)));
  lock.unlock();
  auto content = read_whole(file.fd(), settings_.max_bytes * settings_.session_factor);
  if (!content) return std::nullopt;
  return StoredFile{name, *std::move(content)};
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
    const bool told = settle(job, outcome) && !stopping_;
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
  const OwnedFd original(open_file(path(job.session, job.id, kOriginalEnding)));
  if (!original.is_open()) return stop("it could not be read");
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
  if (document.problem.empty() && !record->is_pdf && !store_pdf(job)) {
    document.problem = "it cannot be stored";
  }
  if (!document.problem.empty() && document.is_download) {
    document.state = DocumentState::kKept;
    document.problem.clear();
    remove_file(scratch());
    write_note(job.session, *record);
    return true;
  }
  if (!document.problem.empty()) {
    document.state = DocumentState::kFailed;
    record->bytes = 0;
    remove_file(scratch());
    remove_file(path(job.session, job.id, kOriginalEnding));
    return true;
  }
  document.state = DocumentState::kReady;
  document.pages = outcome.pages;
  record->bytes += outcome.bytes;
  write_note(job.session, *record);
  return true;
}

bool DocumentStore::store_pdf(const Job& job) const {
  return ::rename(scratch().c_str(), path(job.session, job.id, kPdfEnding).c_str()) == 0;
}

void DocumentStore::write_note(const std::string& session, const Record& record) const {
  const std::string name = path(session, record.document.id, kNoteEnding);
  const OwnedFd note(create_file(name));
  const std::string text = to_text({.number = record.number,
                                    .pages = record.document.pages,
                                    .is_pdf = record.is_pdf,
                                    .is_kept = record.document.state == DocumentState::kKept,
                                    .is_download = record.document.is_download,
                                    .name = record.document.name});
  if (note.is_open() && write_whole(note.fd(), as_bytes(text))) return;
  remove_file(name);
  LOG(kWarning, "documents: {} will not outlive a restart", record.document.id);
}

}  // namespace turnpike::documents
