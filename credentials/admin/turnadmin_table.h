// The rows of turnadmin_options.def as data, for the parser, the help and the man page.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace turnpike::admin {

enum class Option : std::uint8_t {
#define COMMAND(id, letter, name, takes, help) id,
#define VALUE(id, letter, name, takes, help) id,
#define WORDS(id, words, help) id,
#include "credentials/admin/turnadmin_options.def"
};

struct OptionRow {
  Option option{};
  bool is_command = false;
  bool is_alias = false;
  char letter = 0;  // 0: none
  const char* name = "";
  bool takes_value = false;
  std::string_view help;
};

/// A command that is named by words in front of everything else.
struct WordedRow {
  Option option{};
  std::string_view words;
  std::string_view help;
};

std::span<const OptionRow> option_rows();
std::span<const WordedRow> worded_rows();

}  // namespace turnpike::admin
