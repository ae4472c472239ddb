#include "cobrowse/renderer/browser/key_codes.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/utf8.h"

namespace turnpike::browser {
namespace {

using Row = std::pair<std::string_view, int>;

// The codes that pages know from Windows (UI Events section 8.3).
constexpr std::array kByKey = std::to_array<Row>({
    {"Backspace", 8},  {"Tab", 9},      {"Clear", 12},       {"Enter", 13},     {"Shift", 16},
    {"Control", 17},   {"Alt", 18},     {"Pause", 19},       {"CapsLock", 20},  {"Escape", 27},
    {" ", 32},         {"PageUp", 33},  {"PageDown", 34},    {"End", 35},       {"Home", 36},
    {"ArrowLeft", 37}, {"ArrowUp", 38}, {"ArrowRight", 39},  {"ArrowDown", 40}, {"Insert", 45},
    {"Delete", 46},    {"Meta", 91},    {"ContextMenu", 93}, {"NumLock", 144},  {"ScrollLock", 145},
    {"AltGraph", 225},
});

constexpr std::array kByCode = std::to_array<Row>({
    {"Semicolon", 186},
    {"Equal", 187},
    {"Comma", 188},
    {"Minus", 189},
    {"Period", 190},
    {"Slash", 191},
    {"Backquote", 192},
    {"BracketLeft", 219},
    {"Backslash", 220},
    {"BracketRight", 221},
    {"Quote", 222},
    {"NumpadMultiply", 106},
    {"NumpadAdd", 107},
    {"NumpadSubtract", 109},
    {"NumpadDecimal", 110},
    {"NumpadDivide", 111},
});

template <class Rows>
int find(const Rows& rows, std::string_view name) {
  const auto* const found =
      std::ranges::find_if(rows, [&](const Row& row) { return row.first == name; });
  return found == rows.end() ? 0 : found->second;
}

/// "F5" is 116, "KeyA" 65, "Digit1" 49, "Numpad1" 97.
int by_pattern(std::string_view key, std::string_view code) {
  if (code.size() == 4 && code.starts_with("Key")) return code[3];
  if (code.size() == 6 && code.starts_with("Digit")) return code[5];
  if (code.size() == 7 && code.starts_with("Numpad") && code[6] >= '0' && code[6] <= '9') {
    return 96 + (code[6] - '0');
  }
  if (key.size() < 2 || key.size() > 3 || key[0] != 'F') return 0;
  int number = 0;
  for (const char c : key.substr(1)) {
    if (c < '0' || c > '9') return 0;
    number = number * 10 + (c - '0');
  }
  return number >= 1 && number <= 24 ? 111 + number : 0;
}

int location(std::string_view code) {
  if (code.starts_with("Numpad")) return 3;
  if (code.ends_with("Left") && !code.starts_with("Arrow") && !code.starts_with("Bracket")) {
    return 1;
  }
  if (code.ends_with("Right") && !code.starts_with("Arrow") && !code.starts_with("Bracket")) {
    return 2;
  }
  return 0;
}

}  // namespace

KeyFacts key_facts(std::string_view key, std::string_view code) {
  KeyFacts facts{.virtual_key = find(kByKey, key), .location = location(code)};
  if (facts.virtual_key == 0) facts.virtual_key = by_pattern(key, code);
  if (facts.virtual_key == 0) facts.virtual_key = find(kByCode, code);
  if (key == "Enter") {
    facts.text = "\r";
  } else if (!key.empty() && utf8_length(key) == key.size()) {
    facts.text = key;
  }
  return facts;
}

}  // namespace turnpike::browser
