// Request targets: whatever comes in is refused, or is a path with one meaning under a prefix that
// is spelled plainly, and means the same when it is written down and read again.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "http/core/entry_paths.h"
#include "http/core/form.h"
#include "http/core/target.h"

namespace {

using namespace turnpike::http;

EntryPathSettings all_on() {
  EntryPathSettings settings;
  settings.system_enabled = true;
  settings.system_externally_protected = true;
  settings.webhook_enabled = true;
  return settings;
}

std::string encoded(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    out += '/';
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    CHECK(segment != "." && segment != "..");
    CHECK(!segment.empty() || path.empty());
    out += percent_encode(segment);
    path.remove_prefix(segment.size());
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const EntryPaths paths(all_on());
  const std::string raw(reinterpret_cast<const char*>(data), size);
  const auto target = parse_target(raw);
  const auto classified = paths.classify(raw);
  if (!target) {
    CHECK(!classified && classified.error().status == 400);
    return 0;
  }
  CHECK(target->path.starts_with('/') && is_utf8(target->path));
  CHECK(target->path.find('\\') == std::string::npos);
  for (const char c : target->path) CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  const auto again = parse_target(encoded(target->path));
  CHECK(again && again->path == target->path);
  if (!classified) return 0;
  const std::string& prefix = paths.prefix(classified->level);
  CHECK(target->raw_path.starts_with(prefix) && target->path.starts_with(prefix));
  CHECK(classified->path == (target->path == prefix ? "/" : target->path.substr(prefix.size())));
  return 0;
}
