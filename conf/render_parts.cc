// Values and defaults as text, and wrapping.
#include "conf/render_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "conf/assign.h"

namespace turnpike::conf {
namespace {

using Texts = std::vector<std::string>;

Texts texts(const OptionRow&, bool value) {
  return {value ? "on" : "off"};
}
Texts texts(const OptionRow& row, std::uint64_t value) {
  if (value == 0 && row.has(kRuleZeroIsAuto)) return {"automatic"};
  return {fmt::format("{}", value)};
}
Texts texts(const OptionRow& row, std::uint16_t value) {
  return texts(row, std::uint64_t{value});
}
Texts texts(const OptionRow&, seconds value) {
  return {fmt::format("{}", value.count())};
}
Texts texts(const OptionRow& row, const std::string& value) {
  return {value.empty() ? "none" : printable_value(row, value)};
}
Texts texts(const OptionRow& row, const Secret& value) {
  return {value.empty() ? "none" : printable_value(row, value.reveal())};
}
Texts texts(const OptionRow& row, const std::vector<std::string>& values) {
  Texts result;
  for (const std::string& value : values) result.push_back(printable_value(row, value));
  return result;
}
Texts texts(const OptionRow& row, const std::vector<Secret>& values) {
  Texts result;
  for (const Secret& value : values) result.push_back(printable_value(row, value.reveal()));
  return result;
}
Texts texts(const OptionRow&, Ignored) {
  return {""};
}

bool contains(std::initializer_list<Status> statuses, Status status) {
  return std::ranges::find(statuses, status) != statuses.end();
}

}  // namespace

std::vector<std::vector<std::string>> value_texts(const TurnserverConfig& config) {
  std::vector<Texts> result;
  result.reserve(kOptionCount);
  for_each_option(config, [&](const OptionRow& row, const auto& field, const auto&) {
    result.push_back(texts(row, field));
  });
  return result;
}

std::string default_text(const OptionRow& row) {
  static const std::vector<Texts> defaults = value_texts(default_config());
  const Texts& values = defaults[static_cast<std::size_t>(row.id)];
  return values.empty() ? "none" : values.front();
}

std::string long_form(const OptionRow& row) {
  if (row.is_flag()) return fmt::format("--{}", row.name);
  if (row.has(kRuleBareIsDefault)) return fmt::format("--{}[={}]", row.name, row.value);
  return fmt::format("--{}={}", row.name, row.value);
}

std::string roff(std::string_view text) {
  std::string result;
  if (text.starts_with('.') || text.starts_with('\'')) result += "\\&";
  for (const char c : text) {
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  return result;
}

std::string wrap(std::string_view text, std::size_t width, std::string_view indent) {
  std::string result;
  std::string line(indent);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool first = line.size() == indent.size();
    if (!first && line.size() + 1 + word.size() > width) {
      result += line + "\n";
      line = indent;
    } else if (!first) {
      line += ' ';
    }
    line += word;
  }
  return result + line + "\n";
}

std::string join(const std::vector<std::string>& words, std::string_view separator) {
  return fmt::format("{}", fmt::join(words, separator));
}

std::vector<const OptionRow*> rows_in(Section section, std::initializer_list<Status> statuses) {
  std::vector<const OptionRow*> rows;
  for (const OptionRow& row : option_table()) {
    if (row.section == section && contains(statuses, row.status)) rows.push_back(&row);
  }
  return rows;
}

std::vector<const OptionRow*> rows_with(std::initializer_list<Status> statuses) {
  std::vector<const OptionRow*> rows;
  for (const OptionRow& row : option_table()) {
    if (contains(statuses, row.status)) rows.push_back(&row);
  }
  return rows;
}

}  // namespace turnpike::conf
