// Pieces that several renderings share: a value as text, a default as text, wrapped paragraphs,
// rows by section.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/option_table.h"
#include "conf/turnserver_config.h"

namespace turnpike::conf {

/// The texts of every option, indexed by Option: lists have none or several, everything else has
/// one. Secrets are "(secret, 12 characters)".
std::vector<std::vector<std::string>> value_texts(const TurnserverConfig& config);
/// "3478", "off", "none", "automatic"; empty for options without a value of their own.
std::string default_text(const OptionRow& row);
/// "--realm=<text>", "--verbose", "--stale-nonce[=<seconds>]"
std::string long_form(const OptionRow& row);

/// Text for man pages: backslashes, hyphens that must stay copyable, and lines that would be
/// requests.
std::string roff(std::string_view text);
/// Lines of at most `width` columns, each after `indent`, each ended by a newline. A word never
/// breaks.
std::string wrap(std::string_view text, std::size_t width, std::string_view indent);
/// "a, b, c"
std::string join(const std::vector<std::string>& words, std::string_view separator);

inline constexpr Section kLastSection = Section::kCommandLine;
/// The rows of one section that have one of these statuses, in table order.
std::vector<const OptionRow*> rows_in(Section section, std::initializer_list<Status> statuses);
/// The same over all sections.
std::vector<const OptionRow*> rows_with(std::initializer_list<Status> statuses);
/// Calls visit(Section) for every section, in order.
template <class Visit>
void for_each_section(Visit visit) {
  for (int i = 0; i <= static_cast<int>(kLastSection); ++i) visit(static_cast<Section>(i));
}

}  // namespace turnpike::conf
