// Files of documents: made anew, never through links, for this user alone; and what is kept about
// one beside them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace turnpike::documents {

inline constexpr const char* kOriginalEnding = ".original";
inline constexpr const char* kPdfEnding = ".pdf";
inline constexpr const char* kNoteEnding = ".note";
inline constexpr std::size_t kIdBytes = 16;

/// As hexadecimal digits.
bool is_id(std::string_view text);

class OwnedFd {
 public:
  explicit OwnedFd(int fd) : fd_(fd) {}
  ~OwnedFd();
  OwnedFd(const OwnedFd&) = delete;
  OwnedFd& operator=(const OwnedFd&) = delete;
  int fd() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

/// A folder (0700) that holds nothing but what is made here, and no other program's for as long as
/// the descriptor is open. One that has other things in it is left alone, as everything in it may
/// be deleted. The error names it and says why it cannot be used.
Result<int, std::string> claim_folder(const std::string& path);
/// Whether claim_folder() made it.
bool is_claim(std::string_view name);
/// Of letters, digits, "-" and "_", and no longer than 200 bytes.
bool is_folder_name(std::string_view name);

/// -1: it is there already, or cannot be made.
int create_file(const std::string& path);
/// -1 for what is no regular file, too.
int open_file(const std::string& path);
void remove_file(const std::string& path);
/// With everything in it, but not what links lead to.
void delete_all(const std::filesystem::path& path);
bool write_whole(int fd, Bytes content);
/// From its beginning. Nothing for more than `most` bytes, or where it cannot be read.
std::optional<std::string> read_whole(int fd, std::uint64_t most);
std::uint64_t size_of(int fd);

struct DocumentNote {
  std::uint64_t number = 0;  // greater than those of older ones
  unsigned pages = 0;
  bool is_pdf = false;   // as it was uploaded
  bool is_kept = false;  // there is no PDF of it
  bool is_download = false;
  std::string name{};  // clean_name()
};
std::string to_text(const DocumentNote& note);
std::optional<DocumentNote> parse_note(std::string_view text);

}  // namespace turnpike::documents
