// Whole lines of a file that grows, from a position on: for handing out logs piece by piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace turnpike::credentials {

struct FileLines {
  std::string text;        // whole lines
  std::uint64_t next = 0;  // the position behind them, to ask for next
};

/// `from` is a position in bytes; in the middle of a line the next one is the first. A position
/// behind the end begins again at 0: it was another file's. At most `lines` of them and 1 MiB. The
/// error names the file.
Result<FileLines, std::string> read_lines(const std::string& path, std::uint64_t from,
                                          std::size_t lines);

}  // namespace turnpike::credentials
