#include "cobrowse/documents/document_name.h"

#include <algorithm>

#include "base/utf8.h"

namespace turnpike::documents {
namespace {

constexpr std::size_t kMaxName = 120;
constexpr std::size_t kMaxEnding = 6;  // with its dot

/// U+202A to U+202E, U+2066 to U+2069, U+200E, U+200F and U+061C: "x<RLO>fdp.exe" reads as
/// "xexe.pdf".
bool turns_direction(std::string_view character) {
  if (character == "\xd8\x9c") return true;
  if (character.size() != 3 || !character.starts_with("\xe2\x80") &&
                                   !character.starts_with("\xe2\x81")) {
    return false;
  }
  const auto last = static_cast<unsigned char>(character[2]);
  if (character[1] == '\x80') return (last >= 0xaa && last <= 0xae) || last == 0x8e || last == 0x8f;
  return last >= 0xa6 && last <= 0xa9;
}

bool is_shown(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  const bool control = first < 0x20 || first == 0x7f ||
                       (character.size() == 2 && first == 0xc2 &&
                        static_cast<unsigned char>(character[1]) < 0xa0);
  return !control && !turns_direction(character);
}

}  // namespace

std::string clean_name(std::string_view name) {
  name = name.substr(name.find_last_of("/\\") + 1);
  const std::string whole = to_utf8(name);
  std::string clean;
  for (std::string_view rest = whole; !rest.empty();) {
    const std::string_view character = rest.substr(0, std::max(utf8_length(rest), std::size_t{1}));
    rest.remove_prefix(character.size());
    if (clean.size() + character.size() > kMaxName) break;
    if (is_shown(character)) clean += character;
  }
  clean.erase(0, std::min(clean.find_first_not_of(" ."), clean.size()));
  while (clean.ends_with(' ')) clean.pop_back();
  return clean.empty() ? "document" : clean;
}

std::string pdf_name(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  const bool ending = dot != std::string_view::npos && dot > 0 && name.size() - dot <= kMaxEnding;
  return std::string(name.substr(0, ending ? dot : name.size())) + ".pdf";
}

}  // namespace turnpike::documents
