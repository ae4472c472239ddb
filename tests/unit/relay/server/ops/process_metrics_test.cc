#include "relay/server/ops/process_metrics.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <optional>

namespace turnpike::server {
namespace {

std::optional<double> value_of(Metric metric) {
  MetricsSnapshot snapshot;
  add_process_metrics(snapshot);
  for (const auto& sample : snapshot.samples()) {
    if (sample.metric == metric) return sample.value;
  }
  return std::nullopt;
}

TEST(ProcessMetrics, StartedALittleWhileAgo) {
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const auto start = value_of(Metric::kProcessStart);
  ASSERT_TRUE(start);
  EXPECT_NEAR(*start, now, 300);
}

TEST(ProcessMetrics, SeesDescriptorsComeAndGo) {
  const auto before = value_of(Metric::kProcessOpenFds);
  const int fd = ::dup(STDIN_FILENO);
  const auto during = value_of(Metric::kProcessOpenFds);
  ::close(fd);
  ASSERT_TRUE(before && during);
  EXPECT_EQ(*during, *before + 1);
  EXPECT_GE(value_of(Metric::kProcessMaxFds).value_or(0), *during);
}

TEST(ProcessMetrics, KnowsMemoryAndTime) {
  EXPECT_GT(value_of(Metric::kProcessMemory).value_or(0), 100'000);
  EXPECT_GE(value_of(Metric::kProcessCpu).value_or(-1), 0);
}

}  // namespace
}  // namespace turnpike::server
