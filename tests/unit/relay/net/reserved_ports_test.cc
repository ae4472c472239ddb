#include "relay/net/reserved_ports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace turnpike::net {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(PortRanges, ReadTheKernelsForm) {
  EXPECT_EQ(parse_port_ranges("8080,9148,20000-20200\n"),
            (PortRanges{{8080, 8080}, {9148, 9148}, {20000, 20200}}));
  EXPECT_EQ(parse_port_ranges("\n"), PortRanges{});
  EXPECT_EQ(parse_port_ranges(""), PortRanges{});
  EXPECT_EQ(parse_port_ranges("x,5-3,70000,-,7,6-8,,9"), (PortRanges{{6, 9}}));
}

TEST(PortRanges, WriteTheKernelsForm) {
  EXPECT_EQ(port_ranges_to_string({{1, 1}, {3, 5}, {65535, 65535}}), "1,3-5,65535\n");
  EXPECT_EQ(port_ranges_to_string({}), "\n");
}

TEST(PortRanges, AddMergesWhatOverlapsOrTouches) {
  const PortRanges some = {{10, 19}, {30, 39}, {50, 59}};
  EXPECT_EQ(add_port_range(some, {1, 2}), (PortRanges{{1, 2}, {10, 19}, {30, 39}, {50, 59}}));
  EXPECT_EQ(add_port_range(some, {60, 70}), (PortRanges{{10, 19}, {30, 39}, {50, 70}}));
  EXPECT_EQ(add_port_range(some, {20, 29}), (PortRanges{{10, 39}, {50, 59}}));
  EXPECT_EQ(add_port_range(some, {15, 52}), (PortRanges{{10, 59}}));
  EXPECT_EQ(add_port_range(some, {32, 33}), some);
  EXPECT_EQ(add_port_range({{0, 65534}}, {65535, 65535}), (PortRanges{{0, 65535}}));
}

TEST(PortRanges, RemoveSplits) {
  const PortRanges some = {{10, 19}, {30, 39}};
  EXPECT_EQ(remove_port_range(some, {12, 15}), (PortRanges{{10, 11}, {16, 19}, {30, 39}}));
  EXPECT_EQ(remove_port_range(some, {15, 35}), (PortRanges{{10, 14}, {36, 39}}));
  EXPECT_EQ(remove_port_range(some, {0, 65535}), PortRanges{});
  EXPECT_EQ(remove_port_range(some, {20, 29}), some);
}

class ReservePorts : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "turnpike-ports-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    files_ = {(directory_ / "reserved").string(), (directory_ / "ephemeral").string()};
    write(files_.ephemeral, "32768\t60999\n");
    write(files_.reserved, "\n");
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  static void write(const std::string& path, const std::string& text) {
    std::ofstream(path) << text;
  }
  std::string reserved() const {
    std::ostringstream text;
    text << std::ifstream(files_.reserved).rdbuf();
    return text.str();
  }

  std::filesystem::path directory_;
  ReservedPortsFiles files_;
};

TEST_F(ReservePorts, NotNeededOutsideTheEphemeralRange) {
  const auto outcome = reserve_ports({20000, 20200}, files_);
  EXPECT_EQ(outcome.outcome, ReserveOutcome::kNotNeeded);
  EXPECT_EQ(reserved(), "\n");
  EXPECT_TRUE(release_ports(outcome, files_));
}

TEST_F(ReservePorts, MergesAndTakesBackOnlyItsOwn) {
  write(files_.reserved, "8080,49160-49169\n");
  const auto outcome = reserve_ports({49152, 65535}, files_);
  EXPECT_EQ(outcome.outcome, ReserveOutcome::kReserved);
  EXPECT_EQ(outcome.added, (PortRanges{{49152, 49159}, {49170, 65535}}));
  EXPECT_EQ(reserved(), "8080,49152-65535\n");

  write(files_.reserved, "7000,8080,49152-65535\n");  // somebody else added one meanwhile
  EXPECT_EQ(ports_without(outcome, files_), "7000,8080,49160-49169\n");
  EXPECT_TRUE(release_ports(outcome, files_));
  EXPECT_EQ(reserved(), "7000,8080,49160-49169\n");
}

TEST_F(ReservePorts, WhatIsReservedAlreadyStays) {
  write(files_.reserved, "40000-65535\n");
  const auto outcome = reserve_ports({49152, 65535}, files_);
  EXPECT_EQ(outcome.outcome, ReserveOutcome::kReserved);
  EXPECT_TRUE(outcome.added.empty());
  EXPECT_TRUE(release_ports(outcome, files_));
  EXPECT_EQ(reserved(), "40000-65535\n");
}

TEST_F(ReservePorts, AnUnreadableEphemeralRangeCountsAsOverlap) {
  write(files_.ephemeral, "nonsense");
  EXPECT_EQ(reserve_ports({100, 110}, files_).outcome, ReserveOutcome::kReserved);
  EXPECT_EQ(reserved(), "100-110\n");
}

TEST_F(ReservePorts, NeverTakesTheWholeEphemeralRange) {
  const PortReservation outcome = reserve_ports({30000, 65535}, files_);
  EXPECT_EQ(outcome.outcome, ReserveOutcome::kNotPossible);
  EXPECT_THAT(outcome.reason, EndsWith("ephemeral ports")) << "no system call failed";
  EXPECT_EQ(reserved(), "\n");
}

TEST_F(ReservePorts, SaysWhyItIsNotPossible) {
  files_.reserved = (directory_ / "missing").string();
  const auto unreadable = reserve_ports({49152, 65535}, files_);
  EXPECT_EQ(unreadable.outcome, ReserveOutcome::kNotPossible);
  EXPECT_THAT(unreadable.reason, HasSubstr("cannot read"));
  EXPECT_THAT(unreadable.reason, HasSubstr("ENOENT"));

  files_.reserved = "/proc/version";  // readable, and nobody may write it
  const auto unwritable = reserve_ports({49152, 65535}, files_);
  EXPECT_EQ(unwritable.outcome, ReserveOutcome::kNotPossible);
  EXPECT_THAT(unwritable.reason, HasSubstr("cannot write /proc/version"));
  EXPECT_THAT(unwritable.reason, HasSubstr("have it hold 49152-65535"));
  EXPECT_FALSE(release_ports({ReserveOutcome::kReserved, {}, {{1, 2}}}, files_));
  EXPECT_EQ(ports_without({ReserveOutcome::kReserved, {}, {{1, 2}}}, {.reserved = "/none"}),
            std::nullopt);
}

}  // namespace
}  // namespace turnpike::net
