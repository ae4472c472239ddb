#include "service/audit_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/base64.h"
#include "base/log.h"
#include "http/core/json.h"
#include "http/core/problem.h"

namespace turnpike::service {
namespace {

const std::string kFirst(64, '0');
constexpr std::size_t kMaxLine = 65536;

std::string hash_of(std::string_view line, const Digests& digests) {
  return hex_encode(digests.sha256({as_bytes(line)}));
}

/// The "prev" of a line; empty when it has none.
std::string previous_of(std::string_view line) {
  const auto object = http::parse_json_object(line, {.bytes = kMaxLine, .depth = 2});
  if (!object) return {};
  const auto previous = http::text_member(*object, "prev");
  return previous && *previous ? **previous : std::string();
}

}  // namespace

Result<std::unique_ptr<AuditLog>, std::string> AuditLog::open(const std::string& path,
                                                              const Digests& digests) {
  std::string last = kFirst;
  if (::access(path.c_str(), F_OK) == 0) {
    const auto verdict = verify_audit(path, digests);
    if (!verdict) {
      return fail(verdict.error() + "; move the file away to begin a new chain");
    }
    last = verdict->last_hash;
  }
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  std::FILE* const file = fd < 0 ? nullptr : ::fdopen(fd, "a");
  if (file == nullptr) {
    if (fd >= 0) ::close(fd);
    return fail(
        fmt::format("audit_file {} cannot be opened: is its folder there, and may this "
                    "user write to it?",
                    log::log_safe(path)));
  }
  return std::unique_ptr<AuditLog>(new AuditLog(file, std::move(last)));
}

bool AuditLog::append(std::int64_t at_s, const AuditFields& fields, const Digests& digests) {
  const std::lock_guard lock(mutex_);
  std::string line = fmt::format("{{\"at\":{}", at_s);
  for (const auto& [name, value] : fields) {
    line += fmt::format(",{}:{}", http::json_quote(name), http::json_quote(value));
  }
  line += fmt::format(",\"prev\":\"{}\"}}", previous_);
  const std::string with_end = line + "\n";
  if (std::fwrite(with_end.data(), 1, with_end.size(), file_.get()) != with_end.size() ||
      std::fflush(file_.get()) != 0) {
    return false;
  }
  previous_ = hash_of(line, digests);
  return true;
}

Result<AuditVerdict, std::string> verify_audit(const std::string& path, const Digests& digests) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(fmt::format("{} cannot be read", log::log_safe(path)));
  AuditVerdict verdict{.lines = 0, .last_hash = kFirst};
  std::string line;
  while (std::getline(file, line)) {
    ++verdict.lines;
    if (previous_of(line) != verdict.last_hash) {
      return fail(
          fmt::format("{}:{}: the chain is broken: this line does not follow from the one "
                      "before it",
                      log::log_safe(path), verdict.lines));
    }
    if (file.eof()) {
      return fail(
          fmt::format("{}:{}: the last line has no end", log::log_safe(path), verdict.lines));
    }
    verdict.last_hash = hash_of(line, digests);
  }
  return verdict;
}

}  // namespace turnpike::service
