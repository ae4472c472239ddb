// What each line of the file does, and what is said about the lines that do not do what they seem
// to.
#include "conf/config_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "conf/assign.h"
#include "conf/config_line.h"

namespace turnpike::conf {
namespace {

std::string describe(const Slips& slips) {
  std::string text;
  const auto add = [&text](bool present, std::string_view what) {
    if (present) text += fmt::format("{}{}", text.empty() ? "" : "; ", what);
  };
  add(slips.colon, "':' does not end a key, only '=' or a space does");
  add(slips.comment,
      "a comment is possible at the start of a line only, here it becomes part of the value");
  add(slips.semicolon, slips.breaks_key ? "the ';' becomes part of the key"
                                        : "the ';' at the end becomes part of the value");
  add(slips.single_quotes,
      "single quotes become part of the value, only double quotes are removed");
  return text;
}

/// An unknown key may be a secret on a line of its own or have one behind it, so only the start of
/// what looks like a name is shown.
std::string shown_key(std::string_view key) {
  constexpr std::size_t kLongestShown = 40;
  const auto is_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  const auto end = std::find_if_not(key.begin(), key.end(), is_name);
  const std::string_view name = key.substr(0, static_cast<std::size_t>(end - key.begin()));
  if (name.size() > kLongestShown) return fmt::format("a word of {} characters", name.size());
  return std::string(name);
}

const OptionRow* meant_option(std::string_view word) {
  if (word.size() == 2 && word.front() == '-') return find_short_option(word.back());
  return nearest_option(word.substr(std::min(word.find_first_not_of('-'), word.size())));
}

class TextLoader {
 public:
  TextLoader(const std::string& file_name, TurnserverConfig& config, Diagnostics& diagnostics)
      : config_(config), diagnostics_(diagnostics) {
    here_.source = Origin::Source::kFile;
    here_.detail = file_name;
  }

  void on_line(std::string_view text) {
    ++here_.line;
    const ConfigLine line = split_line(text);
    switch (line.kind) {
      case ConfigLine::Kind::kBlank:
        return;
      case ConfigLine::Kind::kTooLong:
        return diagnostics_.error(
            here_, fmt::format("the line has {} bytes; at most {} are possible", text.size(),
                               kMaxLineBytes));
      case ConfigLine::Kind::kControlCharacter:
        return diagnostics_.error(
            here_, "the line contains a control character; write it again as plain text");
      case ConfigLine::Kind::kPair:
        return on_pair(line, find_slips(text));
    }
  }

 private:
  void on_pair(const ConfigLine& line, const Slips& slips) {
    const OptionRow* row = find_option(slips.key);
    if (row == nullptr) return on_unknown(line.key);
    if (row->has(kRuleCommandLineOnly)) {
      return diagnostics_.warning(
          here_, fmt::format("{}: works on the command line only; the line is ignored", row->name));
    }
    if (slips.any()) return on_slip(*row, line, slips);
    assign(config_, {row, Secret(std::string(line.value)), here_}, diagnostics_);
  }

  /// Coturn takes such a line as it stands or ignores it. Where that could open the relay, it is an
  /// error here.
  void on_slip(const OptionRow& row, const ConfigLine& line, const Slips& slips) {
    const std::string what = fmt::format("{}: {}; write: {}", row.name, describe(slips),
                                         printable_line(row, slips.value));
    const bool text = !row.is_flag() && row.kind != OptionKind::kPort &&
                      row.kind != OptionKind::kUint && row.kind != OptionKind::kSeconds;
    const std::string keep =
        text && !slips.breaks_key ? " (or put the value in double quotes to keep it)" : "";
    if (row.has(kRuleStrict)) return diagnostics_.error(here_, what + keep);
    if (slips.breaks_key) return diagnostics_.warning(here_, what + " (the line is ignored)");
    Diagnostics value_problems;
    if (!assign(config_, {&row, Secret(std::string(line.value)), here_}, value_problems)) {
      return diagnostics_.error(here_, what);
    }
    diagnostics_.warning(here_, what + keep);
  }

  void on_unknown(std::string_view key) {
    const std::string shown = shown_key(key);
    const OptionRow* near = meant_option(key.substr(0, key.find(':')));
    if (near == nullptr) {
      return diagnostics_.warning(here_,
                                  fmt::format("'{}' is not an option; the line is ignored", shown));
    }
    diagnostics_.warning(
        here_, fmt::format("'{}' is not an option and the line is ignored; did you mean {}?", shown,
                           near->name));
  }

  TurnserverConfig& config_;
  Diagnostics& diagnostics_;
  Origin here_;
};

}  // namespace

void apply_config_text(std::string_view text, const std::string& file_name,
                       TurnserverConfig& config, Diagnostics& diagnostics) {
  TextLoader loader(file_name, config, diagnostics);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    loader.on_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace turnpike::conf
