// The central directory of a ZIP archive (APPNOTE 6.3.10, 4.3.12 and 4.3.16), read within bounds.
// Nothing is unpacked: what an archive says of itself is enough to refuse most bombs; the box that
// a converter runs in holds those that lie.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace turnpike::documents {

struct ZipLimits {
  std::size_t entries = 4096;
  std::uint64_t total_bytes = 256ULL << 20;  // unpacked, all entries together
  std::uint64_t ratio = 200;                 // unpacked to the archive's own size
};

enum class ZipProblem : std::uint8_t { kNotZip, kBroken, kTooManyEntries, kTooBig, kTooDense };

/// Views into the archive, good as long as its bytes are.
struct ZipEntry {
  std::string_view name{};
  bool is_stored = false;  // not compressed
  std::uint32_t packed_bytes = 0;
  std::uint32_t bytes = 0;   // unpacked, as the directory says
  std::uint32_t offset = 0;  // of its local header
};

/// ZIP64, archives of several disks and bytes before the archive are kBroken.
Result<std::vector<ZipEntry>, ZipProblem> read_zip_directory(Bytes archive,
                                                             const ZipLimits& limits = {});

/// What a stored entry holds; empty when it is compressed or lies outside the archive.
std::string_view stored_content(Bytes archive, const ZipEntry& entry);

}  // namespace turnpike::documents
