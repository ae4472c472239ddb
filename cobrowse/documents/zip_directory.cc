#include "cobrowse/documents/zip_directory.h"

#include <algorithm>
#include <optional>

namespace turnpike::documents {
namespace {

constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint32_t kEntrySignature = 0x02014b50;
constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kEntryBytes = 46;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kMaxComment = 0xffff;
constexpr std::uint32_t kZip64 = 0xffffffff;

std::uint16_t load_le16(const std::uint8_t* p) {
  return static_cast<std::uint16_t>(p[0] | (p[1] << 8));
}

std::uint32_t load_le32(const std::uint8_t* p) {
  return load_le16(p) | (static_cast<std::uint32_t>(load_le16(p + 2)) << 16);
}

/// The last end record whose comment reaches exactly to the end of the archive.
std::optional<std::size_t> find_end(Bytes archive) {
  if (archive.size() < kEndBytes) return std::nullopt;
  const std::size_t last = archive.size() - kEndBytes;
  const std::size_t first = last > kMaxComment ? last - kMaxComment : 0;
  for (std::size_t at = last + 1; at-- > first;) {
    const std::uint8_t* const record = archive.data() + at;
    if (load_le32(record) == kEndSignature &&
        at + kEndBytes + load_le16(record + 20) == archive.size()) {
      return at;
    }
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<ZipEntry>, ZipProblem> read_zip_directory(Bytes archive,
                                                             const ZipLimits& limits) {
  if (archive.size() < 4 || load_le32(archive.data()) != kLocalSignature) {
    return fail(ZipProblem::kNotZip);
  }
  const auto end = find_end(archive);
  if (!end) return fail(ZipProblem::kBroken);
  const std::uint8_t* const record = archive.data() + *end;
  const std::size_t count = load_le16(record + 10);
  std::size_t at = load_le32(record + 16);
  if (load_le32(record + 4) != 0 || load_le16(record + 8) != count) {
    return fail(ZipProblem::kBroken);
  }
  if (count > limits.entries) return fail(ZipProblem::kTooManyEntries);
  std::vector<ZipEntry> entries;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (at > *end || *end - at < kEntryBytes) return fail(ZipProblem::kBroken);
    const std::uint8_t* const p = archive.data() + at;
    const std::size_t name = load_le16(p + 28);
    const std::size_t more = name + load_le16(p + 30) + load_le16(p + 32);
    if (load_le32(p) != kEntrySignature || *end - at - kEntryBytes < more) {
      return fail(ZipProblem::kBroken);
    }
    const ZipEntry entry{.name = as_text(archive.subspan(at + kEntryBytes, name)),
                         .is_stored = load_le16(p + 10) == 0,
                         .packed_bytes = load_le32(p + 20),
                         .bytes = load_le32(p + 24),
                         .offset = load_le32(p + 42)};
    if (std::max({entry.packed_bytes, entry.bytes, entry.offset}) == kZip64) {
      return fail(ZipProblem::kBroken);
    }
    total += entry.bytes;
    if (total > limits.total_bytes) return fail(ZipProblem::kTooBig);
    entries.push_back(entry);
    at += kEntryBytes + more;
  }
  if (at != *end) return fail(ZipProblem::kBroken);
  if (total > limits.ratio * archive.size()) return fail(ZipProblem::kTooDense);
  return entries;
}

std::string_view stored_content(Bytes archive, const ZipEntry& entry) {
  const std::size_t size = archive.size();
  if (!entry.is_stored || entry.packed_bytes != entry.bytes) return {};
  if (entry.offset > size || size - entry.offset < kLocalBytes) return {};
  const std::uint8_t* const p = archive.data() + entry.offset;
  if (load_le32(p) != kLocalSignature) return {};
  const std::size_t skip = kLocalBytes + load_le16(p + 26) + load_le16(p + 28);
  if (size - entry.offset < skip || size - entry.offset - skip < entry.bytes) return {};
  return as_text(archive.subspan(entry.offset + skip, entry.bytes));
}

}  // namespace turnpike::documents
