#include "base/metrics_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "base/utf8.h"

namespace turnpike {
namespace {

/// One value that is no UTF-8 would make Prometheus refuse the whole page.
void append_label_value(std::string& out, std::string_view value) {
  while (!value.empty()) {
    const std::size_t length = utf8_length(value);
    const char c = value[0];
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += length == 0 ? kReplacementCharacter : value.substr(0, length);
    }
    value.remove_prefix(length == 0 ? 1 : length);
  }
}

void append_labels(std::string& out, std::string_view names,
                   const std::vector<std::string>& values) {
  char separator = '{';
  for (const std::string& value : values) {
    const std::size_t comma = std::min(names.find(','), names.size());
    fmt::format_to(std::back_inserter(out), "{}{}=\"", separator, names.substr(0, comma));
    append_label_value(out, value);
    out += '"';
    names.remove_prefix(std::min(comma + 1, names.size()));
    separator = ',';
  }
  if (!values.empty()) out += '}';
}

/// Whole numbers, which nearly all are, without an exponent.
void append_value(std::string& out, double value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (value >= 0 && value < kExact &&
      value == static_cast<double>(static_cast<std::uint64_t>(value))) {
    fmt::format_to(std::back_inserter(out), " {}\n", static_cast<std::uint64_t>(value));
  } else {
    fmt::format_to(std::back_inserter(out), " {}\n", value);
  }
}

}  // namespace

std::size_t metric_label_count(const MetricRow& row) {
  if (row.labels.empty()) return 0;
  return 1 + static_cast<std::size_t>(std::count(row.labels.begin(), row.labels.end(), ','));
}

void append_metric_family(std::string& out, const MetricRow& row, const MetricFamily& family) {
  fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", row.name, row.help,
                 row.name, row.type == MetricType::kCounter ? "counter" : "gauge");
  for (const auto& [label_values, value] : family) {
    out += row.name;
    append_labels(out, row.labels, label_values);
    append_value(out, value);
  }
  if (family.empty() && row.labels.empty()) {
    out += row.name;
    append_value(out, 0);
  }
}

}  // namespace turnpike
