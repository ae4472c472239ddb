#include "base/metrics_text.h"

#include <gtest/gtest.h>

namespace turnpike {
namespace {

constexpr MetricRow kPlain{"requests", MetricType::kCounter, "", "Requests"};
constexpr MetricRow kByRealm{"open", MetricType::kGauge, "realm,user", "Open ones"};

std::string text_of(const MetricRow& row, const MetricFamily& family) {
  std::string out;
  append_metric_family(out, row, family);
  return out;
}

TEST(MetricsText, AFamilyWithoutLabelsHasAlwaysALine) {
  EXPECT_EQ(text_of(kPlain, {}), "# HELP requests Requests\n# TYPE requests counter\nrequests 0\n");
  EXPECT_EQ(text_of(kPlain, {{{}, 12345678901.0}}),
            "# HELP requests Requests\n# TYPE requests counter\nrequests 12345678901\n");
}

TEST(MetricsText, LabelsAreInTheirOrderAndMayBeLeftOut) {
  EXPECT_EQ(metric_label_count(kPlain), 0U);
  EXPECT_EQ(metric_label_count(kByRealm), 2U);
  EXPECT_EQ(text_of(kByRealm, {}), "# HELP open Open ones\n# TYPE open gauge\n");
  EXPECT_EQ(text_of(kByRealm, {{{"b", "x"}, 0.5}, {{"a"}, -1}}),
            "# HELP open Open ones\n# TYPE open gauge\n"
            "open{realm=\"a\"} -1\nopen{realm=\"b\",user=\"x\"} 0.5\n");
}

TEST(MetricsText, LabelValuesAreEscapedText) {
  const std::string text = text_of(kByRealm, {{{"a\"\\\n\xff"}, 1}});
  EXPECT_TRUE(text.ends_with("open{realm=\"a\\\"\\\\\\n\xef\xbf\xbd\"} 1\n")) << text;
}

}  // namespace
}  // namespace turnpike
