#include "credentials/admin/turnadmin_table.h"

#include <array>

namespace turnpike::admin {
namespace {

constexpr bool kNothing = false, kText = true;

constexpr std::array kOptionRows = {
#define COMMAND(id, letter, name, takes, help) \
  OptionRow{Option::id, true, false, letter, name, takes, help},
#define VALUE(id, letter, name, takes, help) \
  OptionRow{Option::id, false, false, letter, name, takes, help},
#define ALIAS(id, letter, name, takes, help) \
  OptionRow{Option::id, Option::id <= Option::kHelp, true, letter, name, takes, help},
#include "credentials/admin/turnadmin_options.def"
};

constexpr std::array kWordedRows = {
#define WORDS(id, words, help) WordedRow{Option::id, words, help},
#include "credentials/admin/turnadmin_options.def"
};

}  // namespace

std::span<const OptionRow> option_rows() {
  return kOptionRows;
}

std::span<const WordedRow> worded_rows() {
  return kWordedRows;
}

}  // namespace turnpike::admin
