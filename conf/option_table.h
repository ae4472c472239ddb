// The option table of turnserver as data: one row per name, rendered from options.def.
// Says what exists, with which type, range and status; it holds no values (turnserver_config.h
// does) and parses nothing (parse_value.h and the loader do).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace turnpike::conf {

/// What a value is made of. The kIgnored kinds check nothing and keep nothing.
enum class OptionKind : std::uint8_t {
  kFlag,
  kPort,
  kUint,
  kSeconds,
  kText,
  kSecretText,
  kTextList,
  kSecretList,
  kIgnoredFlag,
  kIgnoredText,
};

enum class Section : std::uint8_t {
  kListening,
  kRelay,
  kProtocols,
  kAuth,
  kPeers,
  kLimits,
  kDatabases,
  kTls,
  kLogging,
  kProcess,
  kMetrics,
  kAdmin,
  kRedirect,
  kCommandLine,
};

enum class Status : std::uint8_t {
  kImplemented,  // does what the help says
  kPlanned,      // not there yet and harmless to miss: a warning at every start
  kRefused,      // not there yet, and ignoring it would open something: the start is refused
  kDeclined,     // left out on purpose: a warning that says why
  kRemoved,      // Coturn removed it: a warning that says why
  kNoop,   // asks for what is always so: accepted silently, a warning when it asks for the opposite
  kAlias,  // another name of the option that `note` names
  kInverseAlias,  // the opposite of the flag that `note` names
};

/// How often it is seen in deployed Coturn configs; kOwn is ours and unknown to Coturn.
enum class Priority : std::uint8_t { kP1, kP2, kP3, kOwn };

/// A set of the kRule constants below.
using Rules = std::uint8_t;
inline constexpr Rules kRuleNone = 0;
/// A slip of the pen in this line (see config_line.h) stops the start instead of warning.
inline constexpr Rules kRuleStrict = 1;
/// Coturn turns the option on whatever its value says; here the value counts.
inline constexpr Rules kRuleCoturnIgnoresValue = 2;
/// The bare name means the default value.
inline constexpr Rules kRuleBareIsDefault = 4;
inline constexpr Rules kRuleCommandLineOnly = 8;
/// Zero, the default, means that the program decides.
inline constexpr Rules kRuleZeroIsAuto = 16;
/// `value` lists every allowed text, separated by '|'.
inline constexpr Rules kRuleChoice = 32;
/// The short form of this flag takes a value, as Coturn's does.
inline constexpr Rules kRuleShortTakesValue = 64;

/// Names every option. The enumerators are the field names of TurnserverConfig, because both come
/// from one column.
enum class Option : std::uint16_t {
#define OPTION(field, ...) field,
#include "conf/options.def"
#undef OPTION
};

struct OptionRow {
  Option id{};
  std::string_view name;
  char short_name = 0;  // 0: none
  OptionKind kind = OptionKind::kFlag;
  std::string_view value;  // placeholder for help, or the choices; empty for flags
  std::uint64_t min = 0;   // of the number, or of the length of the text
  std::uint64_t max = 0;
  Section section = Section::kListening;
  Status status = Status::kImplemented;
  Priority priority = Priority::kP3;
  Rules rules = kRuleNone;
  std::string_view help;
  std::string_view note;  // what is missing, why it was left out, or whose alias it is

  bool has(Rules rule) const { return (rules & rule) != 0; }
  bool is_flag() const { return kind == OptionKind::kFlag || kind == OptionKind::kIgnoredFlag; }
  bool is_list() const { return kind == OptionKind::kTextList || kind == OptionKind::kSecretList; }
  bool is_secret() const {
    return kind == OptionKind::kSecretText || kind == OptionKind::kSecretList;
  }
};

/// Every row, in the order of options.def, so that `option_table()[i].id` is `Option{i}`.
std::span<const OptionRow> option_table();
const OptionRow& row_of(Option option);

/// Exact and case-sensitive, without dashes.
const OptionRow* find_option(std::string_view name);
const OptionRow* find_short_option(char name);
/// The valid name with the smallest edit distance, when one is near enough to be meant.
const OptionRow* nearest_option(std::string_view name);
/// The row an alias stands for; any other row is returned as it is.
const OptionRow& resolve_alias(const OptionRow& row);

std::string_view section_title(Section section);
std::string_view status_word(Status status);

inline constexpr std::size_t kOptionCount = 0
#define OPTION(...) +1
#include "conf/options.def"
#undef OPTION
    ;

}  // namespace turnpike::conf
