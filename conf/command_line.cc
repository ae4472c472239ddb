// getopt_long over the option table.
#include "conf/command_line.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "base/log.h"

namespace turnpike::conf {
namespace {

/// A bare name is enough; a value follows only after '='.
bool value_is_optional(const OptionRow& row) {
  return row.is_flag() || row.has(kRuleBareIsDefault);
}

std::vector<const OptionRow*> rows_starting_with(std::string_view prefix, bool own) {
  std::vector<const OptionRow*> rows;
  for (const OptionRow& row : option_table()) {
    if ((row.priority == Priority::kOwn) == own && row.name.starts_with(prefix)) {
      rows.push_back(&row);
    }
  }
  return rows;
}

class CommandLine {
 public:
  CommandLine(std::span<const char* const> args, Diagnostics& diagnostics)
      : args_(args.subspan(args.empty() ? 0 : 1)), diagnostics_(diagnostics) {
    here_.source = Origin::Source::kCommandLine;
  }

  std::vector<Assignment> parse() {
    while (const auto word = next()) on_word(*word);
    return std::move(found_);
  }

 private:
  std::optional<std::string_view> next() {
    if (at_ == args_.size()) return std::nullopt;
    return std::string_view(args_[at_++]);
  }

  void on_word(std::string_view word) {
    if (only_words_left_ || word.size() < 2 || word.front() != '-') return on_stray_word();
    if (word == "--") {
      only_words_left_ = true;
      return;
    }
    last_bare_ = nullptr;
    if (word.starts_with("--")) return on_long(word.substr(2));
    on_short_cluster(word.substr(1));
  }

  /// The word itself is not shown: it may be a secret.
  void on_stray_word() {
    const OptionRow* const bare = std::exchange(last_bare_, nullptr);
    if (bare == nullptr) {
      return warn(fmt::format("argument {} belongs to no option and is ignored", at_));
    }
    warn(fmt::format(
        "argument {} is ignored, because {} takes a value only after '='; write --{}=<value>", at_,
        bare->name, bare->name));
  }

  void on_long(std::string_view word) {
    const std::size_t equals = word.find('=');
    const OptionRow* const row = find_long(word.substr(0, equals));
    if (row == nullptr) return;
    if (equals != std::string_view::npos) return add(*row, word.substr(equals + 1));
    if (value_is_optional(*row)) {
      last_bare_ = row;
      return add(*row, {});
    }
    take_next(*row, fmt::format("--{}", row->name));
  }

  const OptionRow* find_long(std::string_view name) {
    if (const OptionRow* exact = find_option(name)) return exact;
    auto candidates = rows_starting_with(name, false);
    if (candidates.empty()) candidates = rows_starting_with(name, true);
    if (candidates.size() == 1 && !name.empty()) return candidates.front();
    if (candidates.size() > 1 && !name.empty()) {
      report_ambiguous(name, candidates);
    } else {
      report_unknown(name);
    }
    return nullptr;
  }

  void report_ambiguous(std::string_view name, const std::vector<const OptionRow*>& candidates) {
    constexpr std::size_t kShown = 6;
    std::string list;
    for (std::size_t i = 0; i < candidates.size() && i < kShown; ++i) {
      list += fmt::format("{}--{}", i == 0 ? "" : ", ", candidates[i]->name);
    }
    error(fmt::format("--{} could be {}{}; write the whole name", log::log_safe(name, 40), list,
                      candidates.size() > kShown ? ", ..." : ""));
  }

  void report_unknown(std::string_view name) {
    const OptionRow* const near = nearest_option(name);
    error(fmt::format(
        "there is no option --{}; {}", log::log_safe(name, 40),
        near == nullptr ? "--help lists them" : fmt::format("did you mean --{}?", near->name)));
  }

  void on_short_cluster(std::string_view cluster) {
    const std::string_view name = cluster.substr(0, cluster.find('='));
    if (name.size() > 1 && find_option(name) != nullptr) {
      return error(fmt::format("-{} has one dash too few; write --{}", name, name));
    }
    while (!cluster.empty()) {
      const OptionRow* const row = find_short_option(cluster.front());
      if (row == nullptr) {
        return error(fmt::format("there is no option -{}; --help lists them",
                                 log::log_safe(cluster.substr(0, 1))));
      }
      cluster.remove_prefix(1);
      if (row->is_flag() && !row->has(kRuleShortTakesValue)) {
        add(*row, {});
        continue;
      }
      return on_short_value(*row, cluster);
    }
  }

  void on_short_value(const OptionRow& row, std::string_view rest) {
    if (rest.starts_with('=')) {
      return error(fmt::format("-{} takes its value without '='; write -{} <value> or --{}=<value>",
                               row.short_name, row.short_name, row.name));
    }
    if (!rest.empty()) return add(row, rest);
    take_next(row, fmt::format("-{}", row.short_name));
  }

  void take_next(const OptionRow& row, const std::string& shown) {
    const auto value = next();
    if (!value) {
      return error(
          fmt::format("{} needs a value: {}", shown, row.is_flag() ? "yes or no" : row.value));
    }
    add(row, *value);
  }

  void add(const OptionRow& row, std::string_view value) {
    found_.push_back({&row, Secret(std::string(value)), here_});
  }

  void error(std::string text) { diagnostics_.error(here_, std::move(text)); }
  void warn(std::string text) { diagnostics_.warning(here_, std::move(text)); }

  std::span<const char* const> args_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
  bool only_words_left_ = false;
  const OptionRow* last_bare_ = nullptr;  // the long option before this word, when it took no value
  Origin here_;
  std::vector<Assignment> found_;
};

}  // namespace

std::vector<Assignment> parse_command_line(std::span<const char* const> args,
                                           Diagnostics& diagnostics) {
  return CommandLine(args, diagnostics).parse();
}

}  // namespace turnpike::conf
