#include "credentials/server/accounting.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/log.h"
#include "credentials/server/accounting_row.h"
#include "credentials/store/records.h"
#include "http/core/json.h"

namespace turnpike::credentials {
namespace {

namespace json = boost::json;
using Failed = std::string;

constexpr mode_t kMode = 0640;

/// A file that is appended to, and put back when something after it goes wrong.
class Appending {
 public:
  /// Nothing is opened for an empty path.
  explicit Appending(const std::string& path)
      : path_(path),
        fd_(path.empty() ? -1
                         : ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, kMode)) {
  }
  ~Appending() {
    if (fd_ >= 0) ::close(fd_);
  }
  Appending(const Appending&) = delete;
  Appending& operator=(const Appending&) = delete;

  bool is_good() const { return path_.empty() || fd_ >= 0; }
  struct ::stat now() const {
    struct ::stat status {};
    if (fd_ >= 0) ::fstat(fd_, &status);
    return status;
  }
  /// All of it is on the disk, or the file is as it was.
  bool append(const std::string& text) {
    if (fd_ < 0) return true;
    before_ = now().st_size;
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t wrote = ::write(fd_, text.data() + done, text.size() - done);
      if (wrote <= 0) return put_back();
      done += static_cast<std::size_t>(wrote);
    }
    return ::fdatasync(fd_) == 0 || put_back();
  }
  /// False, for the caller to return.
  bool put_back() {
    const int why = errno;
    if (fd_ >= 0 && before_ >= 0 && ::ftruncate(fd_, before_) != 0) {
      LOG(kError, "{} ends with rows that may come again", log::log_safe(path_));
    }
    errno = why;
    return false;
  }

 private:
  const std::string path_;
  const int fd_;
  off_t before_ = -1;
};

Failed cannot(const std::string& path) {
  return fmt::format("\"{}\" cannot be written: {}", path, std::strerror(errno));
}

json::object mark_of(const std::string& path) {
  struct ::stat status {};
  if (path.empty() || ::stat(path.c_str(), &status) != 0) return {};
  return {{"inode", static_cast<std::uint64_t>(status.st_ino)},
          {"bytes", static_cast<std::uint64_t>(status.st_size)}};
}

/// Rows behind the mark belong to a position that was not written down; they come again.
void cut_behind(const std::string& path, const json::value* value) {
  const json::object* const mark = value != nullptr ? value->if_object() : nullptr;
  if (path.empty() || mark == nullptr) return;
  const auto inode = http::number_member(*mark, "inode");
  const auto bytes = http::number_member(*mark, "bytes");
  struct ::stat status {};
  if (!inode || !*inode || !bytes || !*bytes || ::stat(path.c_str(), &status) != 0) return;
  if (static_cast<std::int64_t>(status.st_ino) != **inode || status.st_size <= **bytes) return;
  if (::truncate(path.c_str(), **bytes) == 0) {
    LOG(kWarning, "{}: rows that were not finished are written again", log::log_safe(path));
  }
}

}  // namespace

Result<std::unique_ptr<Accounting>, std::string> Accounting::open(
    const AccountingSettings& settings, StoreSettings ledger) {
  std::unique_ptr<Accounting> accounts(new Accounting(settings));
  ledger.digests = &accounts->digests_;
  auto opened = open_store(ledger);
  if (!opened) return fail("store: " + opened.error().text);
  accounts->ledger_ = *std::move(opened);
  if (const auto read = accounts->read_state(); !read) return fail(read.error());
  for (const std::string& path : {settings.csv, settings.jsonl}) {
    if (!Appending(path).is_good()) return fail(cannot(path));
  }
  if (const auto good = accounts->write_state(accounts->positions_); !good) {
    return fail(good.error());
  }
  return accounts;
}

Result<void, std::string> Accounting::read_state() {
  std::ifstream file(settings_.state());
  if (!file) return {};
  std::ostringstream text;
  text << file.rdbuf();
  const auto state = http::parse_json_object(text.str(), {.bytes = 1 << 20, .depth = 4});
  if (!state) return fail(fmt::format("\"{}\": {}", settings_.state(), state.error()));
  if (const json::value* const relays = state->if_contains("relays")) {
    for (const auto& member : relays->is_object() ? relays->get_object() : json::object()) {
      const json::object* const position = member.value().if_object();
      if (position == nullptr) continue;
      const auto instance = http::text_member(*position, "instance");
      const auto number = http::number_member(*position, "number");
      if (!instance || !*instance || !number || !*number) continue;
      positions_[member.key()] = {**instance, static_cast<std::uint64_t>(**number)};
    }
  }
  cut_behind(settings_.csv, state->if_contains("csv"));
  cut_behind(settings_.jsonl, state->if_contains("jsonl"));
  return {};
}

Result<void, std::string> Accounting::write_state(
    const std::map<std::string, Position>& positions) {
  json::object relays;
  for (const auto& [relay, position] : positions) {
    relays[relay] = json::object{{"instance", position.instance}, {"number", position.number}};
  }
  const std::string fresh = settings_.state() + ".new";
  std::filesystem::remove(fresh);
  {
    Appending file(fresh);
    const std::string text = http::to_json(json::object{{"relays", std::move(relays)},
                                                        {"csv", mark_of(settings_.csv)},
                                                        {"jsonl", mark_of(settings_.jsonl)}});
    if (!file.is_good() || !file.append(text + "\n")) return fail(cannot(fresh));
  }
  if (::rename(fresh.c_str(), settings_.state().c_str()) != 0) {
    return fail(cannot(settings_.state()));
  }
  return {};
}

std::uint64_t Accounting::position(const std::string& relay) {
  const std::lock_guard lock(mutex_);
  return positions_[relay].number;
}

bool Accounting::take(const std::string& relay, std::uint64_t after, const json::object& answer) {
  const auto instance = http::text_member(answer, "instance");
  const json::value* const member = answer.if_contains("ended");
  if (!instance || !*instance || member == nullptr || !member->is_array()) return false;
  const std::lock_guard lock(mutex_);
  Position position = positions_[relay];
  if (position.instance != **instance) {
    position = {**instance, 0};
    if (after != 0) {  // it has started again, and its numbers with it
      positions_[relay] = position;
      return true;
    }
  }
  const auto rows = make_rows(relay, **instance, position.number, member->get_array());
  const auto written = [&]() -> Result<void, std::string> {
    if (!rows) return fail(rows.error());
    if (rows->count == 0) return {};
    position.number = rows->last;
    return write(*rows, relay, position);
  }();
  if (!written) {
    ++counts_.failures;
    if (written.error() != problem_) {
      LOG(kError, "accounts: {}; tried again each second", log::log_safe(written.error(), 512));
    }
    problem_ = written.error();
    return false;
  }
  problem_.clear();
  if (const auto lost = http::number_member(answer, "lost"); lost && *lost && **lost > 0) {
    counts_.lost += static_cast<std::uint64_t>(**lost);
    LOG(kError, "accounts: {} allocations of relay {} had ended and were not read in time", **lost,
        relay);
  }
  counts_.rows += rows->count;
  return rows->count > 0;
}

Result<Accounting::Rows, std::string> Accounting::make_rows(const std::string& relay,
                                                            const std::string& instance,
                                                            std::uint64_t after,
                                                            const json::array& ended) {
  Rows rows;
  for (const json::value& one : ended) {
    const json::object* const object = one.if_object();
    if (object == nullptr) return fail(Failed("the relay's answer makes no sense"));
    const auto number = http::number_member(*object, "number");
    if (number && *number && static_cast<std::uint64_t>(**number) <= after) continue;
    const auto username = http::text_member(*object, "user");
    CredentialRecord given;
    if (username && *username) {
      auto found = list_credentials(*ledger_, {{kCredentialUsername, **username}}, 1);
      if (!found) return fail("store: " + found.error().text);
      if (!found->empty()) given = std::move(found->front());
    }
    const auto row = accounting_row(relay, instance, *object, given);
    if (!row) return fail("the relay's answer: " + row.error());
    if (header_.empty()) header_ = csv_header(*row);
    rows.csv += csv_line(*row);
    rows.jsonl += http::to_json(*row) + "\n";
    rows.last = static_cast<std::uint64_t>(**number);
    ++rows.count;
  }
  return rows;
}

Result<void, std::string> Accounting::write(const Rows& rows, const std::string& relay,
                                            const Position& position) {
  Appending csv(settings_.csv), jsonl(settings_.jsonl);
  if (!csv.is_good()) return fail(cannot(settings_.csv));
  if (!jsonl.is_good()) return fail(cannot(settings_.jsonl));
  if (!csv.append((csv.now().st_size == 0 ? header_ : std::string()) + rows.csv)) {
    return fail(cannot(settings_.csv));
  }
  if (!jsonl.append(rows.jsonl)) {
    csv.put_back();
    return fail(cannot(settings_.jsonl));
  }
  auto positions = positions_;
  positions[relay] = position;
  if (auto kept = write_state(positions); !kept) {
    csv.put_back();
    jsonl.put_back();
    return kept;
  }
  positions_ = std::move(positions);
  return {};
}

Accounting::Counts Accounting::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace turnpike::credentials
