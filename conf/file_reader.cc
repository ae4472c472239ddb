// Files from the disk.
#include "conf/file_reader.h"

#include <filesystem>
#include <fstream>

namespace turnpike::conf {

Result<std::string, ReadError> DiskReader::read(const std::string& path) {
  std::error_code failed;
  const std::filesystem::file_status status = std::filesystem::status(path, failed);
  if (!std::filesystem::exists(status) || std::filesystem::is_directory(status)) {
    return fail(ReadError::kNotFound);
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ReadError::kUnreadable);
  // One byte more than allowed is enough to know; a file's size says nothing about a pipe.
  std::string text(kMaxConfigBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return fail(ReadError::kUnreadable);
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMaxConfigBytes) return fail(ReadError::kTooLarge);
  return text;
}

}  // namespace turnpike::conf
