// How the loader gets at files: an interface for tests and fuzzers, and the one that reads the
// disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace turnpike::conf {

enum class ReadError : std::uint8_t { kNotFound, kUnreadable, kTooLarge };

class FileReader {
 public:
  virtual ~FileReader() = default;
  /// The whole file.
  virtual Result<std::string, ReadError> read(const std::string& path) = 0;
};

/// Reads from the disk; a file larger than kMaxConfigBytes is refused.
class DiskReader final : public FileReader {
 public:
  static constexpr std::size_t kMaxConfigBytes = 4 * 1024 * 1024;
  Result<std::string, ReadError> read(const std::string& path) override;
};

}  // namespace turnpike::conf
