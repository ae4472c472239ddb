// Documents of a server that was started before: those of sessions that still run are taken up.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/log.h"
#include "cobrowse/documents/document_store.h"

namespace turnpike::documents {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxNote = 4096;

}  // namespace

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
    if (at->path().extension() != kNoteEnding) continue;
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
  const OwnedFd file(open_file(path(session, id, kNoteEnding)));
  const auto note = parse_note(read_whole(file.fd(), kMaxNote).value_or(""));
  if (!is_id(id) || !note) return std::nullopt;
  const OwnedFd original(open_file(path(session, id, kOriginalEnding)));
  const bool has_pdf = !note->is_pdf && !note->is_kept;
  const OwnedFd pdf(has_pdf ? open_file(path(session, id, kPdfEnding)) : -1);
  if (!original.is_open() || pdf.is_open() != has_pdf) return std::nullopt;
  return Record{.document = {.id = id,
                             .name = note->name,
                             .state = note->is_kept ? DocumentState::kKept : DocumentState::kReady,
                             .is_download = note->is_download,
                             .pages = note->pages},
                .number = note->number,
                .bytes = size_of(original.fd()) + size_of(pdf.fd()),
                .is_pdf = note->is_pdf,
                .is_written = true};
}

}  // namespace turnpike::documents
