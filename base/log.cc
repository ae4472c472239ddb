#include "base/log.h"

#include <atomic>

namespace turnpike::log {
namespace {
std::atomic<Sink*> g_sink{nullptr};
std::atomic<Level> g_min_level{Level::kDebug};
}  // namespace

void install(Sink* sink) {
  g_sink.store(sink, std::memory_order_release);
}

void set_min_level(Level level) {
  g_min_level.store(level, std::memory_order_relaxed);
}

bool enabled(Level level) {
  return level >= g_min_level.load(std::memory_order_relaxed) &&
         g_sink.load(std::memory_order_acquire) != nullptr;
}

void write(Level level, std::string_view line) {
  if (Sink* sink = g_sink.load(std::memory_order_acquire)) sink->write(level, line);
}

std::string log_safe(std::string_view text, std::size_t max_length) {
  const bool cut = text.size() > max_length;
  std::string out;
  for (const char c : text.substr(0, max_length)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '"' || c == '\'' || c == '\\') {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  if (cut) out += "...";
  return out;
}

}  // namespace turnpike::log
