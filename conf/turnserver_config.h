// The effective configuration of turnserver: one typed field per row of options.def, with its
// default, and where each value came from. A plain value: filled once by the loader, then read as
// an immutable snapshot.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "conf/option_table.h"

namespace turnpike::conf {

/// The field of an option that is accepted and has no value.
struct Ignored {
  friend bool operator==(Ignored, Ignored) = default;
};

template <OptionKind kind>
struct KindTraits;
template <>
struct KindTraits<OptionKind::kFlag> {
  using Value = bool;
};
template <>
struct KindTraits<OptionKind::kPort> {
  using Value = std::uint16_t;
};
template <>
struct KindTraits<OptionKind::kUint> {
  using Value = std::uint64_t;
};
template <>
struct KindTraits<OptionKind::kSeconds> {
  using Value = seconds;
};
template <>
struct KindTraits<OptionKind::kText> {
  using Value = std::string;
};
template <>
struct KindTraits<OptionKind::kSecretText> {
  using Value = Secret;
};
template <>
struct KindTraits<OptionKind::kTextList> {
  using Value = std::vector<std::string>;
};
template <>
struct KindTraits<OptionKind::kSecretList> {
  using Value = std::vector<Secret>;
};
template <>
struct KindTraits<OptionKind::kIgnoredFlag> {
  using Value = Ignored;
};
template <>
struct KindTraits<OptionKind::kIgnoredText> {
  using Value = Ignored;
};

/// Where a value came from.
struct Origin {
  enum class Source : std::uint8_t { kDefault, kFile, kCommandLine, kImplied };
  Source source = Source::kDefault;
  std::string detail;  // the file's name, or what implied the value
  int line = 0;        // from 1; only for kFile

  bool is_default() const { return source == Source::kDefault; }
  /// "default", "/etc/turnserver.conf:12", "command line" or "implied by user".
  std::string to_string() const;
  friend bool operator==(const Origin&, const Origin&) = default;
};

struct TurnserverConfig {
#define OPTION(field, name, short_name, kind, initial, ...) \
  KindTraits<OptionKind::kind>::Value field = initial;
#include "conf/options.def"
#undef OPTION

  /// For scalars one entry or none; for lists one entry per element, in the same order.
  std::array<std::vector<Origin>, kOptionCount> origins;

  /// Where the option's value, or the list's element `index`, came from.
  const Origin& origin(Option option, std::size_t index = 0) const;
  bool is_default(Option option) const {
    return origin(option).is_default();
  }
};

/// What a config that says nothing amounts to.
const TurnserverConfig& default_config();

/// Calls visit(const OptionRow&, field, default_value) for every option in table order; `Config` is
/// TurnserverConfig, const or not.
template <class Config, class Visit>
void for_each_option(Config& config, Visit visit) {
#define OPTION(field, ...) visit(row_of(Option::field), config.field, default_config().field);
#include "conf/options.def"
#undef OPTION
}

}  // namespace turnpike::conf
