#include "cobrowse/renderer/browser/bounds.h"

namespace turnpike::browser {

std::string cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  text.resize(most);
  return text;
}

bool is_too_often(std::deque<MonotonicTime>& times, std::size_t most, seconds window,
                  MonotonicTime now) {
  while (!times.empty() && times.front() + window < now) times.pop_front();
  if (times.size() >= most) return true;
  times.push_back(now);
  return false;
}

}  // namespace turnpike::browser
