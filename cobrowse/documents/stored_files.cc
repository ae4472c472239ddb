#include "cobrowse/documents/stored_files.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>

#include "cobrowse/documents/document_name.h"

namespace turnpike::documents {

OwnedFd::~OwnedFd() {
  if (fd_ >= 0) ::close(fd_);
}

int create_file(const std::string& path) {
  return ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

int open_file(const std::string& path) {
  return ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
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

std::optional<std::string> read_whole(const std::string& path, std::uint64_t most) {
  const OwnedFd file(open_file(path));
  if (!file.is_open() || size_of(file.fd()) > most) return std::nullopt;
  std::string content(size_of(file.fd()), '\0');
  std::size_t at = 0;
  while (at < content.size()) {
    const ssize_t got = ::read(file.fd(), content.data() + at, content.size() - at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return std::nullopt;
    at += static_cast<std::size_t>(got);
  }
  return content;
}

std::string to_text(const DocumentNote& note) {
  return fmt::format("{} {}\n{}", note.pages, note.is_pdf ? "pdf" : "converted", note.name);
}

std::optional<DocumentNote> parse_note(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  DocumentNote note;
  const std::string_view line = text.substr(0, end);
  const auto [rest, error] = std::from_chars(line.data(), line.data() + line.size(), note.pages);
  const std::string_view kind(rest, static_cast<std::size_t>(line.data() + line.size() - rest));
  if (error != std::errc() || (kind != " pdf" && kind != " converted")) return std::nullopt;
  note.is_pdf = kind == " pdf";
  note.name = clean_name(text.substr(end + 1));
  return note;
}

}  // namespace turnpike::documents
