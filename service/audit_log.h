// The audit log: JSON lines, each with the SHA-256 of the line before it, so that a line that was
// changed, removed or put in shows. It does not know when the newest lines were cut off: keep the
// hash of the last line elsewhere for that.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/digests.h"
#include "base/result.h"

namespace turnpike::service {

/// In the order in which they are written; the values are anybody's text and are escaped.
using AuditFields = std::vector<std::pair<std::string, std::string>>;

class AuditLog {
 public:
  /// Goes on with the chain of a file that is there. The error names the file and what to do.
  static Result<std::unique_ptr<AuditLog>, std::string> open(const std::string& path,
                                                             const Digests& digests);

  /// Thread-safe; the line is with the kernel when this returns. False: it could not be written.
  bool append(std::int64_t at_s, const AuditFields& fields, const Digests& digests);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  AuditLog(std::FILE* file, std::string last) : file_(file), previous_(std::move(last)) {}

  std::mutex mutex_;
  std::unique_ptr<std::FILE, Close> file_;
  std::string previous_;  // hex
};

struct AuditVerdict {
  std::size_t lines = 0;
  std::string last_hash;  // hex, of the last line
};

/// The error names the first line that does not follow from the one before it.
Result<AuditVerdict, std::string> verify_audit(const std::string& path, const Digests& digests);

}  // namespace turnpike::service
