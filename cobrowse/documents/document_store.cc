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

namespace turnpike::documents {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kMaxNote = 4096;
constexpr const char* kOriginal = ".original";
constexpr const char* kPdf = ".pdf";
constexpr const char* kNote = ".note";

AddRefusal refuse(AddProblem problem, std::string_view text) {
  return {problem, std::string(text)};
}

bool is_id(std::string_view text) {
  return text.size() == 2 * kIdBytes &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Not what a link leads to.
void delete_all(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) LOG(kError, "documents: {} stays: {}", path.string(), error.message());
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
  const auto job = reserve(session, name, *kind, content.size());
  if (!job) return fail(job.error());
  ::mkdir(folder_of(session).c_str(), 0700);
  bool written = false;
  {
    const OwnedFd file(create_file(path(session, job->id, kOriginal)));
    written = file.is_open() && write_whole(file.fd(), content);
  }
  const bool stored = finish_add(*job, written);
  changed_(session);
  if (!stored) return fail(refuse(AddProblem::kNoRoom, "the document cannot be stored"));
  return Document{.id = job->id, .name = clean_name(name)};
}

/// Its place among the session's documents and in the queue, before there are files.
Result<DocumentStore::Job, AddRefusal> DocumentStore::reserve(const std::string& session,
                                                              std::string_view name, Kind kind,
                                                              std::uint64_t bytes) {
  if (!is_folder_name(session)) {
    return fail(refuse(AddProblem::kNoRoom, "the document cannot be stored"));
  }
  const std::lock_guard lock(mutex_);
  if (auto refusal = check_room(session, bytes)) return fail(*std::move(refusal));
  std::array<std::uint8_t, kIdBytes> random{};
  rng_.fill(random);
  Job job{session, hex_encode(random), kind};
  sessions_[session].push_back({.document = {.id = job.id, .name = clean_name(name)},
                                .number = next_number_++,
                                .bytes = bytes,
                                .is_pdf = kind == Kind::kPdf});
  ++adding_;
  return job;
}

/// It may have been removed, or its session ended, while the file was written.
bool DocumentStore::finish_add(const Job& job, bool written) {
  const std::lock_guard lock(mutex_);
  --adding_;
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
  if (record == nullptr || record->document.state != DocumentState::kReady) return std::nullopt;
  const bool upload = original || record->is_pdf;
  const std::string name = original ? record->document.name : pdf_name(record->document.name);
  const OwnedFd file(open_file(path(session, id, upload ? kOriginal : kPdf)));
  lock.unlock();
  auto content = read_whole(file.fd(), settings_.max_bytes * settings_.session_factor);
  if (!content) return std::nullopt;
  return StoredFile{name, *std::move(content)};
}

void DocumentStore::keep_only(const std::vector<std::string>& sessions) {
  const std::lock_guard lock(mutex_);
  std::error_code error;
  std::vector<fs::path> left_over;
  for (fs::directory_iterator at(settings_.folder, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename();
    if (is_claim(name)) continue;
    const bool keep = is_folder_name(name) && std::ranges::find(sessions, name) != sessions.end() &&
                      fs::is_directory(at->symlink_status(error));
    if (keep) {
      take_up(name);
    } else {
      left_over.push_back(at->path());
    }
  }
  for (const fs::path& one : left_over) delete_all(one);
  if (!left_over.empty()) LOG(kInfo, "documents: {} left-overs are deleted", left_over.size());
}

void DocumentStore::take_up(const std::string& session) {
  std::error_code error;
  std::vector<fs::path> files;
  std::vector<Record> records;
  for (fs::directory_iterator at(folder_of(session), error), end; !error && at != end;
       at.increment(error)) {
    files.push_back(at->path());
    if (at->path().extension() != kNote) continue;
    if (auto record = take_up_one(session, at->path().stem())) {
      records.push_back(*std::move(record));
    }
  }
  for (const fs::path& file : files) {
    const std::string id = file.stem();
    const auto is_it = [&](const Record& one) { return one.document.id == id; };
    if (std::ranges::none_of(records, is_it)) delete_all(file);
  }
  std::ranges::sort(records, {}, &Record::number);
  if (records.empty()) {
    ::rmdir(folder_of(session).c_str());
    return;
  }
  next_number_ = std::max(next_number_, records.back().number + 1);
  sessions_[session] = std::move(records);
}

std::optional<DocumentStore::Record> DocumentStore::take_up_one(const std::string& session,
                                                                const std::string& id) {
  const OwnedFd file(open_file(path(session, id, kNote)));
  const auto note = parse_note(read_whole(file.fd(), kMaxNote).value_or(""));
  if (!is_id(id) || !note) return std::nullopt;
  const OwnedFd original(open_file(path(session, id, kOriginal)));
  const OwnedFd pdf(note->is_pdf ? -1 : open_file(path(session, id, kPdf)));
  if (!original.is_open() || pdf.is_open() == note->is_pdf) return std::nullopt;
  return Record{.document = {.id = id,
                             .name = note->name,
                             .state = DocumentState::kReady,
                             .pages = note->pages},
                .number = note->number,
                .bytes = size_of(original.fd()) + size_of(pdf.fd()),
                .is_pdf = note->is_pdf};
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
  const OwnedFd original(open_file(path(job.session, job.id, kOriginal)));
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
  if (!document.problem.empty()) {
    document.state = DocumentState::kFailed;
    record->bytes = 0;
    remove_file(scratch());
    remove_file(path(job.session, job.id, kOriginal));
    return true;
  }
  document.state = DocumentState::kReady;
  document.pages = outcome.pages;
  record->bytes += outcome.bytes;
  write_note(job.session, *record);
  return true;
}

bool DocumentStore::store_pdf(const Job& job) const {
  return ::rename(scratch().c_str(), path(job.session, job.id, kPdf).c_str()) == 0;
}

void DocumentStore::write_note(const std::string& session, const Record& record) const {
  const std::string name = path(session, record.document.id, kNote);
  const OwnedFd note(create_file(name));
  const std::string text = to_text({.number = record.number,
                                    .pages = record.document.pages,
                                    .is_pdf = record.is_pdf,
                                    .name = record.document.name});
  if (note.is_open() && write_whole(note.fd(), as_bytes(text))) return;
  remove_file(name);
  LOG(kWarning, "documents: {} will not outlive a restart", record.document.id);
}

}  // namespace turnpike::documents
