#include "relay/server/ops/rlimit.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/unit/relay/server/ops/in_child.h"

namespace turnpike::server {
namespace {

TEST(Rlimit, RaisesTheSoftLimitToTheHardOne) {
  const ChildOutcome outcome = in_child([](int) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = 64;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    const std::uint64_t raised = raise_descriptor_limit();
    rlimit after{};
    ::getrlimit(RLIMIT_NOFILE, &after);
    return raised == limit.rlim_max && after.rlim_cur == limit.rlim_max ? 0 : 1;
  });
  EXPECT_EQ(outcome.exit_code, 0);
}

}  // namespace
}  // namespace turnpike::server
