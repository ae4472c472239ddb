#include "cobrowse/documents/stored_files.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "base/log.h"
#include "cobrowse/documents/document_name.h"

namespace turnpike::documents {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFolderName = 200;
constexpr std::string_view kClaim = ".turnpike-documents";
// Of notes:
constexpr std::string_view kPdfWord = "pdf", kConvertedWord = "converted", kKeptWord = "kept";
constexpr std::string_view kDownloadWord = " download";

tl::unexpected<std::string> cannot_use(const std::string& path, const std::string& why) {
  return fail(fmt::format("documents.folder \"{}\" cannot be used: {}", path, why));
}

std::string last_error() {
  return std::generic_category().message(errno);
}

/// Not by flock(), which a child that is still in a box would go on holding.
bool lock(int fd) {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  return ::fcntl(fd, F_SETLK, &whole) == 0;
}

}  // namespace

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}

Result<int, std::string> claim_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return cannot_use(path, error.message());
  struct stat what {};
  if (::stat(path.c_str(), &what) != 0) return cannot_use(path, last_error());
  if (what.st_uid != ::geteuid()) return cannot_use(path, "it is another user's");
  const std::string claim = fmt::format("{}/{}", path, kClaim);
  const bool is_ours = fs::exists(fs::symlink_status(claim, error));
  const bool is_empty = fs::is_empty(path, error);
  if (error) return cannot_use(path, error.message());
  if (!is_ours && !is_empty) return cannot_use(path, "there are other things in it");
  if (::chmod(path.c_str(), 0700) != 0) return cannot_use(path, last_error());
  const int fd = ::open(claim.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return cannot_use(path, last_error());
  if (lock(fd)) return fd;
  const std::string why = last_error();
  ::close(fd);
  return cannot_use(path, "another server may be using it: " + why);
}

bool is_claim(std::string_view name) {
  return name == kClaim;
}

bool is_folder_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return !name.empty() && name.size() <= kMaxFolderName && std::ranges::all_of(name, fits);
}

int create_file(const std::string& path) {
  return ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

int open_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat what {};
  if (fd < 0 || (::fstat(fd, &what) == 0 && S_ISREG(what.st_mode))) return fd;
  ::close(fd);
  return -1;
}

bool is_id(std::string_view text) {
  return text.size() == 2 * kIdBytes &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void delete_all(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) LOG(kError, "documents: {} stays: {}", path.string(), error.message());
}

void remove_file(const std::string& path) {
  ::unlink(path.c_str());
}

bool write_whole(int fd, Bytes content) {
  while (!content.empty()) {
    const ssize_t put = ::write(fd, content.data(), content.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    content = content.subspan(static_cast<std::size_t>(put));
  }
  return true;
}

std::uint64_t size_of(int fd) {
  struct stat what {};
  return ::fstat(fd, &what) == 0 ? static_cast<std::uint64_t>(what.st_size) : 0;
}

std::optional<std::string> read_whole(int fd, std::uint64_t most) {
  const std::uint64_t size = size_of(fd);
  if (fd < 0 || size > most) return std::nullopt;
  std::string content(size, '\0');
  std::size_t at = 0;
  while (at < content.size()) {
    const ssize_t got =
        ::pread(fd, content.data() + at, content.size() - at, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    at += static_cast<std::size_t>(got);
  }
  return content;
}

std::string to_text(const DocumentNote& note) {
  return fmt::format("{} {} {}{}\n{}\n", note.number, note.pages,
                     note.is_kept  ? kKeptWord
                     : note.is_pdf ? kPdfWord
                                   : kConvertedWord,
                     note.is_download ? kDownloadWord : "", note.name);
}

std::optional<DocumentNote> parse_note(std::string_view text) {
  const std::size_t end = text.find('\n');
  // One that was cut while it was written has no end.
  if (end == std::string_view::npos || end + 1 == text.size() || !text.ends_with('\n')) {
    return std::nullopt;
  }
  DocumentNote note;
  const char* const last = text.data() + end;
  const auto number = std::from_chars(text.data(), last, note.number);
  if (number.ec != std::errc() || number.ptr == last || *number.ptr != ' ') return std::nullopt;
  const auto pages = std::from_chars(number.ptr + 1, last, note.pages);
  std::string_view kind(pages.ptr, static_cast<std::size_t>(last - pages.ptr));
  if (pages.ec != std::errc() || !kind.starts_with(' ')) return std::nullopt;
  kind.remove_prefix(1);
  note.is_download = kind.ends_with(kDownloadWord);
  if (note.is_download) kind.remove_suffix(kDownloadWord.size());
  note.is_pdf = kind == kPdfWord;
  note.is_kept = kind == kKeptWord;
  if (!note.is_pdf && !note.is_kept && kind != kConvertedWord) return std::nullopt;
  note.name = clean_name(text.substr(end + 1));
  return note;
}

}  // namespace turnpike::documents
