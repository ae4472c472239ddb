#include "cobrowse/documents/document_name.h"

#include <algorithm>

#include "base/utf8.h"

namespace turnpike::documents {
namespace {

constexpr std::size_t kMaxName = 120;
constexpr std::size_t kMaxEnding = 6;  // with its dot

/// What is not seen but changes what is: "x<RLO>fdp.exe" reads as "xexe.pdf". U+061C, U+200B,
/// U+200E and U+200F, U+2028 to U+202E, U+2060 to U+206F and U+FEFF.
bool is_hidden(std::string_view character) {
  if (character == "\xd8\x9c" || character == "\xef\xbb\xbf") return true;
  if (character.size() != 3 || character[0] != '\xe2') return false;
  const auto last = static_cast<unsigned char>(character[2]);
  if (character[1] == '\x81') return last >= 0xa0 && last <= 0xaf;
  return character[1] == '\x80' &&
         (last == 0x8b || last == 0x8e || last == 0x8f || (last >= 0xa8 && last <= 0xae));
}

bool is_shown(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  const bool control =
      first < 0x20 || first == 0x7f ||
      (character.size() == 2 && first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0);
  return !control && !is_hidden(character);
}

std::string without_hidden(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, std::max(utf8_length(text), std::size_t{1}));
    text.remove_prefix(character.size());
    if (is_shown(character)) shown += character;
  }
  return shown;
}

/// Where the name's ending starts, with its dot; the name's end where it has none.
std::size_t ending_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  const bool has = dot != std::string_view::npos && dot > 0 && name.size() - dot <= kMaxEnding;
  return has ? dot : name.size();
}

/// Cuts before the ending, and between characters.
void shorten(std::string& name) {
  if (name.size() <= kMaxName) return;
  const std::string ending = name.substr(ending_of(name));
  std::size_t end = kMaxName - ending.size();
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;
  name = name.substr(0, end) + ending;
}

}  // namespace

std::string clean_name(std::string_view name) {
  std::string clean = without_hidden(to_utf8(name.substr(name.find_last_of("/\\") + 1)));
  clean.erase(0, std::min(clean.find_first_not_of(" ."), clean.size()));
  shorten(clean);
  clean.erase(clean.find_last_not_of(' ') + 1);
  return clean.empty() ? "document" : clean;
}

std::string pdf_name(std::string_view name) {
  return std::string(name.substr(0, ending_of(name))) + ".pdf";
}

}  // namespace turnpike::documents
