// The documents of all sessions: files in a folder of this user's alone, under random names, and a
// thread that makes PDFs of them one after another. They go with their session. Any thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/rng.h"
#include "cobrowse/documents/converter.h"
#include "cobrowse/documents/stored_files.h"

namespace turnpike::documents {

struct StoreSettings {
  std::string folder{};
  std::uint64_t max_bytes = 20ULL << 20;  // of one document as it is uploaded
  std::size_t max_documents = 20;         // of one session
  std::uint64_t session_factor = 10;      // max_bytes of all its documents and their PDFs
  std::size_t max_waiting = 32;           // for the converter, of all sessions
  bool non_pdf = true;
};

enum class DocumentState : std::uint8_t {
  kConverting,
  kReady,   // can be shown
  kKept,    // a download that cannot be shown
  kFailed,  // gone but for its name
};

struct Document {
  std::string id{};
  std::string name{};  // clean_name()
  DocumentState state = DocumentState::kConverting;
  bool is_download = false;  // from a page: people may save it
  unsigned pages = 0;        // 0: not known
  std::string problem{};     // for people; of kFailed
};

enum class AddProblem : std::uint8_t {
  kNotShown,  // a kind that is not, or not here
  kTooBig,
  kTooMany,  // documents, or bytes, of this session
  kBusy,     // too many wait already
  kNoRoom,   // the folder cannot be written
};

struct AddRefusal {
  AddProblem problem{};
  std::string text{};  // for people
};

struct StoredFile {
  std::string name{};
  std::string content{};
};

class DocumentStore {
 public:
  /// Called without a lock, on the thread of whoever changed something or on the store's own; now
  /// and then with nothing new, or for a session that is over.
  using Changed = std::function<void(const std::string& session)>;

  /// Makes the folder (0700), which must be empty or have been a store's before, and is no other
  /// server's until the store is gone. The error names it and says why it cannot be used.
  static Result<std::unique_ptr<DocumentStore>, std::string> open(StoreSettings settings,
                                                                  Converter converter, Rng& rng,
                                                                  Changed changed);
  /// Stops what is being converted. Files stay, for the same sessions after a restart.
  ~DocumentStore();
  DocumentStore(const DocumentStore&) = delete;
  DocumentStore& operator=(const DocumentStore&) = delete;

  /// After a start, before anything is added: takes up what is ready of these sessions, and deletes
  /// everything else in the folder.
  void keep_only(const std::vector<std::string>& sessions);

  /// Nothing: another one may come.
  std::optional<AddRefusal> may_add(const std::string& session);
  /// `session`: is_folder_name(), and not over yet: where it may have ended meanwhile, forget it
  /// again. What is added is listed in the order of these calls.
  Result<Document, AddRefusal> add(const std::string& session, std::string_view name,
                                   Bytes content);
  /// The same for what a page has given to be saved, of any kind. What can be shown is prepared
  /// for that too.
  Result<Document, AddRefusal> add_download(const std::string& session, std::string_view name,
                                            Bytes content);
  /// The oldest first.
  std::vector<Document> list(const std::string& session);
  bool remove(const std::string& session, const std::string& id);
  /// The session is over.
  void forget(const std::string& session);
  /// The PDF of one that is ready, or what was uploaded; that of a download always.
  std::optional<StoredFile> read(const std::string& session, const std::string& id, bool original);

  const StoreSettings& settings() const { return settings_; }
  bool shows_non_pdf() const { return settings_.non_pdf && converter_.missing().empty(); }

 private:
  struct Record {
    Document document{};
    std::uint64_t number = 0;  // in the order of add()
    std::uint64_t bytes = 0;   // on the disk
    bool is_pdf = false;       // as it was uploaded
    bool is_written = false;
  };
  struct Job {
    std::string session{};
    std::string id{};
    Kind kind{};
  };
  struct Outcome {
    unsigned pages = 0;
    std::uint64_t bytes = 0;  // of a PDF that was made
    std::string problem{};    // of the document; empty: ready
    bool is_cancelled = false;
  };

  DocumentStore(StoreSettings settings, Converter converter, Rng& rng, Changed changed, int claim);
  std::string folder_of(const std::string& session) const {
    return settings_.folder + "/" + session;
  }
  std::string path(const std::string& session, const std::string& id, const char* what) const;
  std::string scratch() const { return settings_.folder + "/.converting"; }
  Record* find(const std::string& session, const std::string& id);
  std::uint64_t bytes_of(const std::string& session) const;
  std::optional<AddRefusal> check_room(const std::string& session, std::uint64_t bytes) const;
  std::optional<AddRefusal> check_shelf(const std::string& session, std::uint64_t bytes) const;
  Result<Document, AddRefusal> put(const std::string& session, Bytes content, Record record,
                                   std::optional<Kind> kind);
  Result<Document, AddRefusal> reserve(const std::string& session, Record record);
  void take_up(const std::string& session);
  std::optional<Record> take_up_one(const std::string& session, const std::string& id);
  bool finish_add(const std::string& session, const std::string& id, std::optional<Kind> kind,
                  bool written);
  void erase(const std::string& session, const std::string& id);
  void cancel_current(const std::string& session, const std::string& id);
  void run();
  Outcome convert(const Job& job);
  bool settle(const Job& job, const Outcome& outcome);
  bool store_pdf(const Job& job) const;
  void write_note(const std::string& session, const Record& record) const;

  const StoreSettings settings_;
  const Converter converter_;
  Rng& rng_;
  const Changed changed_;
  const OwnedFd claim_;
  const int cancel_;  // an eventfd: readable when the current job is to stop
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::map<std::string, std::vector<Record>> sessions_;
  std::uint64_t next_number_ = 1;
  std::size_t adding_ = 0;  // whose files are being written, and who will wait then
  std::deque<Job> waiting_;
  std::optional<Job> current_;
  std::thread thread_;
};

}  // namespace turnpike::documents
