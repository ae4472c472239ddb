#include "credentials/server/read_lines.h"

#include <fmt/format.h>

#include <fstream>

namespace turnpike::credentials {
namespace {

constexpr std::size_t kMostBytes = 1 << 20;

}  // namespace

Result<FileLines, std::string> read_lines(const std::string& path, std::uint64_t from,
                                          std::size_t lines) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(fmt::format("\"{}\" cannot be read", path));
  file.seekg(0, std::ios::end);
  const auto size = static_cast<std::uint64_t>(file.tellg());
  if (from > size) from = 0;
  FileLines found{.text = {}, .next = from};
  std::string line;
  if (from > 0) {
    file.seekg(static_cast<std::streamoff>(from - 1));
    if (file.get() != '\n') {
      if (!std::getline(file, line) || file.eof()) return found;  // not finished yet
      found.next += line.size() + 1;
    }
  } else {
    file.seekg(0);
  }
  while (lines-- > 0 && std::getline(file, line) && !file.eof()) {
    if (!found.text.empty() && found.text.size() + line.size() >= kMostBytes) break;
    found.text += line;
    found.text += '\n';
    found.next += line.size() + 1;
  }
  return found;
}

}  // namespace turnpike::credentials
