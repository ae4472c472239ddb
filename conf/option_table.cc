// The rows of options.def, and the ways to find one.
#include "conf/option_table.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "conf/edit_distance.h"

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
