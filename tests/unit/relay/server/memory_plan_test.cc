#include "relay/server/memory_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::server {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

Setup one_address() {
  Setup setup;
  setup.plan.relay_addresses = {IpAddress::v4(192, 0, 2, 1)};
  return setup;
}

TEST(MemoryPlan, SaysTheLimitsAndWhatTheyCost) {
  conf::TurnserverConfig config;
  config.max_allocations = 1000;
  const auto lines = memory_plan(config, one_address(), 100000);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr("1000 allocations"));
  EXPECT_THAT(lines[1], HasSubstr("MiB"));
}

TEST(MemoryPlan, SaysWhatUsersInAStoreCost) {
  conf::TurnserverConfig config;
  auto setup = one_address();
  setup.store.emplace();
  setup.shards = 2;
  const auto lines = memory_plan(config, setup, 100000);
  ASSERT_GE(lines.size(), 3U);
  EXPECT_THAT(lines[2], HasSubstr("for 65536 answers"));
  EXPECT_THAT(lines[2], HasSubstr("for 2048 requests"));
  EXPECT_THAT(lines[2], HasSubstr("1000000 of them"));
}

TEST(MemoryPlan, SaysWhatTheAdminSocketKeepsForAccounts) {
  conf::TurnserverConfig config;
  EXPECT_THAT(memory_plan(config, one_address(), 100000), Not(Contains(HasSubstr("accounts"))));
  config.admin_socket = "/run/admin.sock";
  EXPECT_THAT(memory_plan(config, one_address(), 100000),
              Contains(HasSubstr("for the last 8192 allocations that ended")));
}

TEST(MemoryPlan, SaysWhenPortsAreTooFew) {
  conf::TurnserverConfig config;
  config.min_port = 20000;
  config.max_port = 20200;
  EXPECT_THAT(memory_plan(config, one_address(), 100000),
              Contains(HasSubstr("only 201 relay ports")));
}

TEST(MemoryPlan, SaysWhenDescriptorsAreTooFew) {
  conf::TurnserverConfig config;
  config.max_allocations = 10000;
  EXPECT_THAT(memory_plan(config, one_address(), 1024),
              Contains(HasSubstr("only 1024 descriptors")));
  config.max_allocations = 900;
  EXPECT_THAT(memory_plan(config, one_address(), 1024), Not(Contains(HasSubstr("descriptors"))));
}

}  // namespace
}  // namespace turnpike::server
