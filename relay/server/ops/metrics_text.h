// The metrics page: samples in, text of the Prometheus exposition format 0.0.4 out. Names, types
// and help come from metrics.def; where the numbers come from is the caller's business.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/metrics_text.h"

namespace turnpike::server {

enum class Metric : std::uint8_t {
#define METRIC(enumerator, name, type, labels, help) enumerator,
#include "relay/server/ops/metrics.def"
#undef METRIC
  kCount
};

/// One row per Metric, in order; the page and the documents are rendered from it.
std::span<const MetricRow> metric_rows();

/// The numbers of one moment.
class MetricsSnapshot {
 public:
  struct Sample {
    Metric metric;
    std::vector<std::string> label_values;
    double value;
  };

  /// `label_values` in the table's order; values at the end may be left out, and so are their
  /// labels then. Samples of the same metric with the same labels are added up.
  template <class Number>
  requires std::is_arithmetic_v<Number>
  void add(Metric metric, Number value, std::vector<std::string> label_values = {}) {
    add_sample(metric, static_cast<double>(value), std::move(label_values));
  }

  const std::vector<Sample>& samples() const { return samples_; }

 private:
  void add_sample(Metric metric, double value, std::vector<std::string> label_values);

  std::vector<Sample> samples_;
};

/// Families in the table's order, samples by label values. Every family has HELP and TYPE; one
/// without labels always has a line, 0 when there is no sample.
std::string render_metrics(const MetricsSnapshot& snapshot);

}  // namespace turnpike::server
