// Storing values by kind, and saying what is wrong with those that do not fit.
#include "conf/assign.h"

#include <fmt/format.h>

#include <cstdint>
#include <optional>

#include "base/log.h"
#include "conf/parse_value.h"

namespace turnpike::conf {
namespace {

std::string hidden(std::size_t length) {
  return fmt::format("(secret, {} characters)", length);
}

/// A wrong number is worth showing, but not all of a long one: something else may have slipped into
/// it.
std::string shown_number(std::string_view text) {
  constexpr std::size_t kLongestNumber = 24;
  const std::string_view start = text.substr(0, text.find('='));
  return log::log_safe(start.substr(0, kLongestNumber));
}

/// A flag's value that is worth showing; anything else may be a secret that got behind the wrong
/// name.
bool is_plain_flag(std::string_view text) {
  return is_choice(text, "yes|no|true|false|on|off|0|1");
}

/// Stores one value; `store` has one overload for each kind of field.
class Writer {
 public:
  Writer(TurnserverConfig& config, const Assignment& assignment, Diagnostics& diagnostics)
      : config_(config),
        origin_(assignment.origin),
        named_(*assignment.row),
        row_(resolve_alias(named_)),
        text_(assignment.value.reveal()),
        diagnostics_(diagnostics) {}

  bool write() {
    bool stored = false;
    for_each_option(config_, [&](const OptionRow& row, auto& field, const auto& initial) {
      if (row.id != row_.id) return;
      const bool bare = text_.empty() && row.has(kRuleBareIsDefault);
      stored = bare ? reset(field, initial) : store(field);
    });
    return stored;
  }

 private:
  template <class Value>
  bool reset(Value& field, const Value& initial) {
    field = initial;
    note_origin();
    return true;
  }

  bool store(bool& field) {
    const auto flag = parsed_flag();
    if (!flag) return false;
    if (!*flag && named_.has(kRuleCoturnIgnoresValue)) {
      warn("is off, as its value says; Coturn would ignore the value and turn it on");
    }
    field = *flag != (named_.status == Status::kInverseAlias);
    note_origin();
    return true;
  }

  bool store(std::uint16_t& field) { return store_number(field); }
  bool store(std::uint64_t& field) { return store_number(field); }

  bool store(seconds& field) {
    std::uint64_t count = static_cast<std::uint64_t>(field.count());
    if (!store_number(count)) return false;
    field = seconds(count);
    return true;
  }

  bool store(std::string& field) {
    if (text_.empty() && !row_.has(kRuleStrict)) return keep_default();
    if (!text_fits()) return false;
    field = std::string(text_);
    note_origin();
    return true;
  }

  bool store(Secret& field) {
    if (!text_fits()) return false;
    field = Secret(std::string(text_));
    note_origin();
    return true;
  }

  bool store(std::vector<std::string>& field) {
    if (!text_fits()) return false;
    field.emplace_back(text_);
    origins().push_back(origin_);
    return true;
  }

  bool store(std::vector<Secret>& field) {
    if (!text_fits()) return false;
    field.emplace_back(std::string(text_));
    origins().push_back(origin_);
    return true;
  }

  bool store(Ignored&) {
    bool asked_for = true;
    if (row_.is_flag()) {
      const auto flag = parsed_flag();
      if (!flag) return false;
      asked_for = *flag;
    }
    if (asked_for) note_origin();
    if (!asked_for && row_.status == Status::kNoop) {
      warn(fmt::format("cannot be turned off: {}", row_.note));
    }
    return true;
  }

  template <class Number>
  bool store_number(Number& field) {
    const auto number = parse_number(text_, row_.min, row_.max);
    if (!number) {
      fail_number(number.error());
      return false;
    }
    field = static_cast<Number>(*number);
    note_origin();
    return true;
  }

  /// Coturn takes a missing text as an empty one, which for these options means the default.
  bool keep_default() {
    warn(fmt::format("has no value and is ignored; write {}={} or take the line away", row_.name,
                     row_.value));
    return true;
  }

  std::optional<bool> parsed_flag() {
    const auto flag = parse_flag(text_);
    if (flag) return *flag;
    const bool show = text_.size() <= 8 && !named_.has(kRuleCoturnIgnoresValue);
    error(fmt::format("{} is neither yes nor no; write {}=yes or {}=no",
                      show ? fmt::format("'{}'", log::log_safe(text_)) : "its value", named_.name,
                      named_.name));
    return std::nullopt;
  }

  void fail_number(ValueError why) {
    const char* const what = row_.kind == OptionKind::kPort ? "port" : "number";
    const std::string advice = fmt::format("write a {} from {} to {}", what, row_.min, row_.max);
    switch (why) {
      case ValueError::kMissing:
        return error(fmt::format("has no value; {}", advice));
      case ValueError::kHasUnit:
        return error(
            fmt::format("'{}': units are not understood; {}", shown_number(text_), advice));
      case ValueError::kOutOfRange:
        return error(fmt::format("'{}' is out of range; {}", shown_number(text_), advice));
      case ValueError::kNotABoolean:
      case ValueError::kNotANumber:
        return error(fmt::format("'{}' is not a {}; {}", shown_number(text_), what, advice));
    }
  }

  bool text_fits() {
    if (text_.empty()) {
      error(fmt::format("has no value; write {}={}", row_.name, row_.value));
      return false;
    }
    if (row_.has(kRuleChoice) && !is_choice(text_, row_.value)) {
      error(fmt::format("'{}' is not one of {}", log::log_safe(text_, 40), row_.value));
      return false;
    }
    if (text_.size() < row_.min || text_.size() > row_.max) {
      error(fmt::format("its value has {} characters; at most {} are possible", text_.size(),
                        row_.max));
      return false;
    }
    return true;
  }

  std::vector<Origin>& origins() { return config_.origins[static_cast<std::size_t>(row_.id)]; }
  void note_origin() { origins().assign(1, origin_); }
  void warn(std::string_view text) {
    diagnostics_.warning(origin_, fmt::format("{}: {}", named_.name, text));
  }
  void error(std::string_view text) {
    diagnostics_.error(origin_, fmt::format("{}: {}", named_.name, text));
  }

  TurnserverConfig& config_;
  const Origin& origin_;
  const OptionRow& named_;
  const OptionRow& row_;
  std::string_view text_;
  Diagnostics& diagnostics_;
};

}  // namespace

bool assign(TurnserverConfig& config, const Assignment& assignment, Diagnostics& diagnostics) {
  return Writer(config, assignment, diagnostics).write();
}

std::string printable_value(const OptionRow& row, std::string_view value) {
  const OptionRow& target = resolve_alias(row);
  if (target.is_flag() && !is_plain_flag(value)) return "<yes or no>";
  if (!target.is_secret()) return log::log_safe(value, row.max > 256 ? 1024 : 256);
  const std::size_t colon = value.find(':');
  if (target.id == Option::user && colon != std::string_view::npos) {
    return fmt::format("{}:{}", log::log_safe(value.substr(0, colon)),
                       hidden(value.size() - colon - 1));
  }
  return hidden(value.size());
}

std::string printable_line(const OptionRow& row, std::string_view value) {
  if (value.empty()) return std::string(row.name);
  return fmt::format("{}={}", row.name, printable_value(row, value));
}

}  // namespace turnpike::conf
