// The rows of options.def, and the ways to find one.
#include "conf/option_table.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/check.h"

namespace turnpike::conf {
namespace {

using enum OptionKind;
using enum Section;
using enum Status;
using enum Priority;

constexpr std::array<OptionRow, kOptionCount> kRows{{
#define OPTION(field, name, short_name, kind, initial, value, min, max, section, status, priority, \
               rules, help, note)                                                                  \
  {Option::field, name,   short_name, kind,  value, min, max,                                      \
   section,       status, priority,   rules, help,  note},
#include "conf/options.def"
#undef OPTION
}};

/// Levenshtein's distance, where upper and lower case, and '-' and '_', count as equal.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  const auto same = [](char x, char y) {
    const auto fold = [](char c) {
      if (c == '_') return '-';
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return fold(x) == fold(y);
  };
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

std::span<const OptionRow> option_table() {
  return kRows;
}

const OptionRow& row_of(Option option) {
  return kRows[static_cast<std::size_t>(option)];
}

const OptionRow* find_option(std::string_view name) {
  const auto found = std::ranges::find(kRows, name, &OptionRow::name);
  return found == kRows.end() ? nullptr : &*found;
}

const OptionRow* find_short_option(char name) {
  if (name == 0) return nullptr;
  const auto found = std::ranges::find(kRows, name, &OptionRow::short_name);
  return found == kRows.end() ? nullptr : &*found;
}

const OptionRow* nearest_option(std::string_view name) {
  constexpr std::size_t kLongestName = 64;  // a longer word is no misspelt option
  if (name.empty() || name.size() > kLongestName) return nullptr;
  const OptionRow* best = nullptr;
  std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const OptionRow& row : kRows) {
    const auto [shorter, longer] = std::minmax({name.size(), row.name.size()});
    if (longer - shorter >= best_distance) continue;  // the distance is at least that
    const std::size_t distance = edit_distance(name, row.name);
    if (distance < best_distance) {
      best = &row;
      best_distance = distance;
    }
  }
  return best;
}

const OptionRow& resolve_alias(const OptionRow& row) {
  if (row.status != kAlias && row.status != kInverseAlias) return row;
  const OptionRow* target = find_option(row.note);
  CHECK(target != nullptr);
  return *target;
}

std::string_view section_title(Section section) {
  switch (section) {
    case kListening:
      return "Listening";
    case kRelay:
      return "Relaying";
    case kProtocols:
      return "Protocol";
    case kAuth:
      return "Who may use it";
    case kPeers:
      return "Whom it may reach";
    case kLimits:
      return "Limits";
    case kDatabases:
      return "Databases";
    case kTls:
      return "TLS";
    case kLogging:
      return "Logging";
    case kProcess:
      return "Process";
    case kMetrics:
      return "Metrics";
    case kAdmin:
      return "Administration";
    case kRedirect:
      return "Sending clients elsewhere";
    case kCommandLine:
      return "Command line only";
  }
  return "";
}

std::string_view status_word(Status status) {
  switch (status) {
    case kImplemented:
      return "implemented";
    case kPlanned:
      return "not there yet";
    case kRefused:
      return "refused";
    case kDeclined:
      return "not offered";
    case kRemoved:
      return "removed";
    case kNoop:
      return "always so";
    case kAlias:
      return "other name";
    case kInverseAlias:
      return "opposite";
  }
  return "";
}

}  // namespace turnpike::conf
