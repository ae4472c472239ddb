// The text of a metrics page: Prometheus' exposition format 0.0.4. Which metrics there are and
// where their numbers come from is each program's business.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace turnpike {

enum class MetricType : std::uint8_t { kCounter, kGauge };

struct MetricRow {
  std::string_view name;
  MetricType type;
  std::string_view labels;  // "realm,user"
  std::string_view help;
};

inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

/// Numbers by label values, which are in the row's order; values at the end may be left out.
using MetricFamily = std::map<std::vector<std::string>, double>;

std::size_t metric_label_count(const MetricRow& row);

/// HELP, TYPE and the samples, in the order of their label values. Without labels there is always a
/// line, 0 when there is no sample. Bytes of a value that are not UTF-8 become U+FFFD.
void append_metric_family(std::string& out, const MetricRow& row, const MetricFamily& family);

}  // namespace turnpike
