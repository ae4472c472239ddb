#include "relay/server/ops/syslog_facility.h"

#include <gtest/gtest.h>
#include <syslog.h>

namespace turnpike::server {
namespace {

TEST(SyslogFacility, UnderstandsNames) {
  EXPECT_EQ(syslog_facility("LOG_LOCAL3"), LOG_LOCAL3);
  EXPECT_EQ(syslog_facility("local7"), LOG_LOCAL7);
  EXPECT_EQ(syslog_facility("log_daemon"), LOG_DAEMON);
  EXPECT_EQ(syslog_facility("LOG_AUTHPRIV"), LOG_AUTHPRIV);
}

TEST(SyslogFacility, RefusesOthers) {
  EXPECT_FALSE(syslog_facility(""));
  EXPECT_FALSE(syslog_facility("LOG_"));
  EXPECT_FALSE(syslog_facility("LOG_LOCAL8"));
  EXPECT_FALSE(syslog_facility("LOG_ERR"));
}

}  // namespace
}  // namespace turnpike::server
