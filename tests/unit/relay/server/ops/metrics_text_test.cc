#include "relay/server/ops/metrics_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace turnpike::server {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page_of(const std::function<void(MetricsSnapshot&)>& fill) {
  MetricsSnapshot snapshot;
  fill(snapshot);
  return render_metrics(snapshot);
}

TEST(MetricsText, EveryRowIsWellFormed) {
  constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_";
  constexpr std::string_view kLabelCharacters = "abcdefghijklmnopqrstuvwxyz,";
  std::set<std::string_view> names;
  for (const MetricRow& row : metric_rows()) {
    EXPECT_EQ(row.name.find_first_not_of(kNameCharacters), std::string_view::npos) << row.name;
    EXPECT_EQ(row.labels.find_first_not_of(kLabelCharacters), std::string_view::npos) << row.name;
    EXPECT_FALSE(row.help.empty()) << row.name;
    EXPECT_THAT(std::string(row.help), Not(testing::ContainsRegex("[\\\n]"))) << row.name;
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " is there twice";
  }
}

TEST(MetricsText, HasEveryNameOfCoturn) {
  std::vector<std::string> wanted = {
      "stun_binding_request counter",
      "stun_binding_response counter",
      "stun_binding_error counter",
      "turn_unauthenticated_401_requests counter",
      "turn_unauthenticated_401_responses counter",
      "turn_unauthenticated_401_dropped_responses counter",
      "turn_ratelimit_hash_collisions counter",
      "turn_ratelimit_occupied_buckets gauge",
      "turn_ratelimit_total_buckets gauge",
      "turn_total_allocations gauge",
      "turn_packet_processed counter",
      "turn_packet_dropped counter",
      "turn_udp_recvmmsg_calls counter",
      "turn_udp_recvmmsg_packets counter",
      "turn_udp_sendmmsg_flushes counter",
      "turn_udp_sendmmsg_datagrams counter",
      "turn_udp_sendmmsg_gso_datagrams counter",
  };
  for (const char* side : {"", "peer_"}) {
    for (const char* count : {"rcvp", "rcvb", "sentp", "sentb"}) {
      wanted.push_back(std::string("turn_traffic_") + side + count + " counter");
      wanted.push_back(std::string("turn_total_traffic_") + side + count + " counter");
    }
  }
  const std::string page = render_metrics({});
  for (const std::string& line : wanted) EXPECT_THAT(page, HasSubstr("# TYPE " + line + "\n"));
}

TEST(MetricsText, AnEmptySnapshotShowsZeros) {
  const std::string page = render_metrics({});
  EXPECT_THAT(page, HasSubstr("# HELP stun_binding_request Binding requests received\n"
                              "# TYPE stun_binding_request counter\n"
                              "stun_binding_request 0\n"));
  EXPECT_THAT(page, HasSubstr("# TYPE turn_total_allocations gauge\n# HELP "))
      << "a family with labels has no line";
  EXPECT_TRUE(page.ends_with('\n'));
}

TEST(MetricsText, ShowsLabelsInOrder) {
  const std::string page = page_of([](MetricsSnapshot& s) {
    s.add(Metric::kTurnTotalAllocations, 3, {"UDP"});
    s.add(Metric::kTurnTotalAllocations, 1, {"TLS/TCP"});
    s.add(Metric::kTurnTrafficRcvp, 7, {"example.org"});
    s.add(Metric::kTurnTrafficRcvp, 8, {"example.org", "bob"});
  });
  EXPECT_THAT(page, HasSubstr("turn_total_allocations{type=\"TLS/TCP\"} 1\n"
                              "turn_total_allocations{type=\"UDP\"} 3\n"));
  EXPECT_THAT(page, HasSubstr("turn_traffic_rcvp{realm=\"example.org\"} 7\n"
                              "turn_traffic_rcvp{realm=\"example.org\",user=\"bob\"} 8\n"));
}

TEST(MetricsText, AddsUpSamplesOfTheSameLabels) {
  const std::string page = page_of([](MetricsSnapshot& s) {
    s.add(Metric::kDroppedPackets, 2, {"no_channel"});
    s.add(Metric::kDroppedPackets, 3, {"no_channel"});
    s.add(Metric::kStreams, 4);
    s.add(Metric::kStreams, 5);
  });
  EXPECT_THAT(page, HasSubstr("turnpike_dropped_packets{reason=\"no_channel\"} 5\n"));
  EXPECT_THAT(page, HasSubstr("\nturnpike_streams 9\n"));
}

TEST(MetricsText, FamiliesKeepTheOrderOfTheTable) {
  const std::string page = page_of([](MetricsSnapshot& s) {
    s.add(Metric::kProcessMaxFds, 1);
    s.add(Metric::kStunBindingRequest, 1);
  });
  EXPECT_LT(page.find("\nstun_binding_request 1"), page.find("\nprocess_max_fds 1"));
}

TEST(MetricsText, EscapesLabelValues) {
  const std::string page = page_of([](MetricsSnapshot& s) {
    s.add(Metric::kTurnTrafficRcvp, 1, {"a\\b\"c\nd", "\xc3\xa9\xff%n%s"});
  });
  EXPECT_THAT(page, HasSubstr("turn_traffic_rcvp{realm=\"a\\\\b\\\"c\\nd\","
                              "user=\"\xc3\xa9\xef\xbf\xbd%n%s\"} 1\n"));
}

TEST(MetricsText, WritesNumbersThatPrometheusReads) {
  const std::string page = page_of([](MetricsSnapshot& s) {
    s.add(Metric::kTurnTotalTrafficRcvb, std::uint64_t{9'007'199'254'740'991});
    s.add(Metric::kTurnTotalTrafficSentb, UINT64_MAX);
    s.add(Metric::kProcessCpu, 1.25);
    s.add(Metric::kLimit, -1, {"x"});
  });
  EXPECT_THAT(page, HasSubstr("\nturn_total_traffic_rcvb 9007199254740991\n"));
  EXPECT_THAT(page, HasSubstr("\nturn_total_traffic_sentb 1.8446744073709552e+19\n"));
  EXPECT_THAT(page, HasSubstr("\nprocess_cpu_seconds_total 1.25\n"));
  EXPECT_THAT(page, HasSubstr("\nturnpike_limit{limit=\"x\"} -1\n"));
}

TEST(MetricsTextDeathTest, MoreLabelValuesThanLabelsAreABug) {
  MetricsSnapshot snapshot;
  EXPECT_DEATH(snapshot.add(Metric::kStreams, 1, {"x"}), "label_values");
}

}  // namespace
}  // namespace turnpike::server
