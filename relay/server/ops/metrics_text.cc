#include "relay/server/ops/metrics_text.h"

#include <array>

#include "base/check.h"

namespace turnpike::server {
namespace {

constexpr auto kCounter = MetricType::kCounter;
constexpr auto kGauge = MetricType::kGauge;

constexpr std::array kRows{
#define METRIC(enumerator, name, type, labels, help) MetricRow{name, type, labels, help},
#include "relay/server/ops/metrics.def"
#undef METRIC
};

}  // namespace

std::span<const MetricRow> metric_rows() {
  static_assert(kRows.size() == static_cast<std::size_t>(Metric::kCount));
  return kRows;
}

void MetricsSnapshot::add_sample(Metric metric, double value,
                                 std::vector<std::string> label_values) {
  CHECK(label_values.size() <= metric_label_count(kRows[static_cast<std::size_t>(metric)]));
  samples_.push_back({metric, std::move(label_values), value});
}

std::string render_metrics(const MetricsSnapshot& snapshot) {
  std::array<MetricFamily, kRows.size()> families;
  for (const auto& sample : snapshot.samples()) {
    families[static_cast<std::size_t>(sample.metric)][sample.label_values] += sample.value;
  }
  std::string out;
  for (std::size_t i = 0; i < kRows.size(); ++i) append_metric_family(out, kRows[i], families[i]);
  return out;
}

}  // namespace turnpike::server
