#include "credentials/admin/turnadmin_line.h"

#include <getopt.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace turnpike::admin {
namespace {

/// The command that stands in words in front, and its last word, where getopt expects the
/// program's name.
const WordedRow* find_words(std::span<char*>& arguments) {
  std::string typed;
  for (std::size_t i = 1; i < arguments.size() && i <= 2; ++i) {
    typed.append(i == 1 ? "" : " ").append(arguments[i]);
    for (const WordedRow& each : worded_rows()) {
      if (each.words != typed) continue;
      arguments = arguments.subspan(i);
      return &each;
    }
  }
  return nullptr;
}

constexpr int kFirstLong = 256;  // above every letter; the index of the row is added

const OptionRow* find(int code) {
  if (code >= kFirstLong) return &option_rows()[static_cast<std::size_t>(code - kFirstLong)];
  for (const OptionRow& known : option_rows()) {
    if (known.letter != 0 && known.letter == code) return &known;
  }
  return nullptr;
}

}  // namespace

Result<Line, std::string> parse_line(std::span<char*> arguments) {
  std::string letters = ":";
  std::vector<::option> names;
  for (std::size_t i = 0; i < option_rows().size(); ++i) {
    const OptionRow& known = option_rows()[i];
    if (known.letter != 0) letters += known.letter;
    if (known.letter != 0 && known.takes_value) letters += ':';
    names.push_back({known.name, known.takes_value ? required_argument : no_argument, nullptr,
                     kFirstLong + static_cast<int>(i)});
  }
  names.push_back({nullptr, 0, nullptr, 0});
  Line line;
  const WordedRow* worded = find_words(arguments);
  bool has_command = worded != nullptr;
  if (has_command) line.command = worded->option;
  ::optind = 0;
  for (;;) {
    const int count = static_cast<int>(arguments.size());
    const int at = ::optind == 0 ? 1 : ::optind;
    const int code = ::getopt_long(count, arguments.data(), letters.c_str(), names.data(), nullptr);
    if (code == -1) break;
    const OptionRow* known = find(code);
    // The name only: a value behind '=' may be a password.
    const std::string_view typed = arguments[static_cast<std::size_t>(at)];
    const std::string name(typed.substr(0, typed.starts_with("--") ? typed.find('=') : 2));
    if (code == ':') return fail("option '" + name + "' needs a value");
    if (known == nullptr) return fail("option '" + name + "' is unknown, ambiguous or ill-formed");
    if (known->is_command) {
      if (has_command && line.command != known->option) {
        return fail(std::string("more than one command, the second is --") + known->name);
      }
      line.command = known->option;
      has_command = true;
    }
    line.values[known->option] = Secret(::optarg != nullptr ? ::optarg : "");
  }
  if (static_cast<std::size_t>(::optind) < arguments.size()) {
    return fail(std::string("an argument that belongs to no option"));
  }
  if (!has_command) return fail(std::string("no command, see turnadmin --help"));
  return line;
}

std::string usage() {
  std::string text = "Usage: turnadmin COMMAND [values]\n";
  for (const OptionRow& known : option_rows()) {
    std::string names = "  ";
    names += known.letter != 0 ? std::string("-") + known.letter + ", " : "    ";
    names.append("--").append(known.name).append(known.takes_value ? " VALUE" : "");
    names.resize(std::max<std::size_t>(names.size() + 2, 32), ' ');
    text.append(names).append(known.help).append("\n");
  }
  text += "or turnadmin WORDS [values]\n";
  for (const WordedRow& each : worded_rows()) {
    text.append("  ").append(each.words).append("  ").append(each.help).append("\n");
  }
  return text;
}

std::string spelling(Option option) {
  const auto rows = option_rows();
  const auto known = std::find_if(rows.begin(), rows.end(),
                                  [&](const OptionRow& each) { return each.option == option; });
  if (known == rows.end()) return "";
  const std::string letter = known->letter != 0 ? std::string("-") + known->letter + ", " : "";
  return letter + "--" + known->name;
}

}  // namespace turnpike::admin
