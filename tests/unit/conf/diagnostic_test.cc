#include "conf/diagnostic.h"

#include <gtest/gtest.h>

namespace turnpike::conf {
namespace {

const Origin kLine{Origin::Source::kFile, "/etc/t.conf", 12};

TEST(Diagnostic, NamesPlaceAndSeverity) {
  EXPECT_EQ((Diagnostic{Severity::kError, kLine, "realm: no"}).to_string(),
            "/etc/t.conf:12: error: realm: no");
  EXPECT_EQ(
      (Diagnostic{Severity::kWarning, {Origin::Source::kCommandLine, "", 0}, "x"}).to_string(),
      "command line: warning: x");
  EXPECT_EQ((Diagnostic{Severity::kWarning, {}, "x"}).to_string(), "config: warning: x");
}

// Coturn says everything three times.
TEST(Diagnostics, KeepsEachOnce) {
  Diagnostics diagnostics;
  for (int i = 0; i < 3; ++i) diagnostics.warning(kLine, "same");
  diagnostics.error(kLine, "same");
  diagnostics.warning({}, "same");
  EXPECT_EQ(diagnostics.all().size(), 3U);
  EXPECT_EQ(diagnostics.count(Severity::kWarning), 2U);
  EXPECT_EQ(diagnostics.count(Severity::kError), 1U);
}

TEST(Diagnostics, WarningsAreNotErrors) {
  Diagnostics diagnostics;
  EXPECT_FALSE(diagnostics.has_errors());
  diagnostics.warning({}, "x");
  EXPECT_FALSE(diagnostics.has_errors());
  diagnostics.error({}, "x");
  EXPECT_TRUE(diagnostics.has_errors());
}

}  // namespace
}  // namespace turnpike::conf
