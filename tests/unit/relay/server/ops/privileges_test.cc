#include "relay/server/ops/privileges.h"

#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "tests/unit/relay/server/ops/in_child.h"

namespace turnpike::server {
namespace {

using testing::HasSubstr;

constexpr const char* kUser = "nobody";
constexpr const char* kGroup = "nogroup";

class PrivilegesTest : public testing::Test {
 protected:
  static void need_root() {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become somebody else";
  }
  /// What `body` says in a child that has become user and group.
  static ChildOutcome dropped(const std::string& user, const std::string& group,
                              const std::function<std::string()>& body) {
    return in_child([&](int said) {
      const auto identity = resolve_identity(user, group);
      if (!identity) return 1;
      const auto done = drop_privileges(*identity);
      say(said, done ? body() : done.error());
      return 0;
    });
  }
};

TEST_F(PrivilegesTest, ResolvesNames) {
  const auto both = resolve_identity(kUser, "root");
  ASSERT_TRUE(both);
  EXPECT_EQ(both->user, 65534U);
  EXPECT_EQ(both->group, 0U);

  const auto user_only = resolve_identity(kUser, "");
  ASSERT_TRUE(user_only);
  EXPECT_EQ(user_only->group, 65534U) << "the user's own group";

  const auto group_only = resolve_identity("", kGroup);
  ASSERT_TRUE(group_only);
  EXPECT_FALSE(group_only->user);

  const auto numbers = resolve_identity("65534", "0");
  ASSERT_TRUE(numbers);
  EXPECT_EQ(numbers->user_name, kUser);
}

TEST_F(PrivilegesTest, SaysWhichNameIsUnknown) {
  EXPECT_THAT(resolve_identity("no-such-user", "").error(),
              HasSubstr("proc-user \"no-such-user\" is not a user"));
  EXPECT_THAT(resolve_identity("", "no-such-group").error(),
              HasSubstr("proc-group \"no-such-group\" is not a group"));
  EXPECT_FALSE(resolve_identity("4294967294", ""));
}

TEST_F(PrivilegesTest, NobodyAskedNothingChanges) {
  EXPECT_TRUE(drop_privileges({}));
}

TEST_F(PrivilegesTest, BecomesTheUserForGood) {
  need_root();
  if (IsSkipped()) return;
  const ChildOutcome outcome = dropped(kUser, "", [] {
    std::array<uid_t, 3> users{};
    std::array<gid_t, 3> groups{};
    ::getresuid(&users[0], &users[1], &users[2]);
    ::getresgid(&groups[0], &groups[1], &groups[2]);
    std::string text;
    for (const uid_t user : users) text += std::to_string(user) + " ";
    for (const gid_t group : groups) text += std::to_string(group) + " ";
    text += ::setuid(0) == 0 ? "root again" : "no way back";
    return text;
  });
  EXPECT_EQ(outcome.said, "65534 65534 65534 65534 65534 65534 no way back");
}

TEST_F(PrivilegesTest, LeavesNoGroupOfRootBehind) {
  need_root();
  if (IsSkipped()) return;
  const ChildOutcome outcome = in_child([](int said) {
    const gid_t before[] = {0, 4};
    [[maybe_unused]] const int set = ::setgroups(2, before);
    const auto done = drop_privileges(*resolve_identity(kUser, ""));
    std::array<gid_t, 64> after{};
    const int n = ::getgroups(static_cast<int>(after.size()), after.data());
    for (int i = 0; i < n; ++i) say(said, std::to_string(after[static_cast<std::size_t>(i)]) + " ");
    return done ? 0 : 1;
  });
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.said, "65534 ");
}

TEST_F(PrivilegesTest, KeepsNoCapability) {
  need_root();
  if (IsSkipped()) return;
  const ChildOutcome outcome = dropped(kUser, kGroup, [] {
    std::ifstream status("/proc/self/status");
    std::string text;
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("CapEff:") || line.starts_with("CapPrm:")) text += line.substr(8) + " ";
    }
    return text;
  });
  EXPECT_EQ(outcome.said, "0000000000000000 0000000000000000 ");
}

TEST_F(PrivilegesTest, AGroupAloneKeepsTheUser) {
  need_root();
  if (IsSkipped()) return;
  const ChildOutcome outcome = dropped(
      "", kGroup, [] { return std::to_string(::geteuid()) + " " + std::to_string(::getegid()); });
  EXPECT_EQ(outcome.said, "0 65534");
}

TEST_F(PrivilegesTest, AnOrdinaryUserMayStayWhoHeIs) {
  need_root();
  if (IsSkipped()) return;
  const ChildOutcome outcome = dropped(kUser, kGroup, [] {
    const auto again = drop_privileges(*resolve_identity(kUser, kGroup));
    return again ? std::string("fine") : again.error();
  });
  EXPECT_EQ(outcome.said, "fine");
}

TEST_F(PrivilegesTest, AnOrdinaryUserCannotBecomeAnother) {
  need_root();
  if (IsSkipped()) return;
  const ChildOutcome outcome = dropped(kUser, kGroup, [] {
    const auto other = drop_privileges(*resolve_identity("daemon", ""));
    return other ? std::string("became another") : other.error();
  });
  EXPECT_THAT(outcome.said, HasSubstr("cannot become group 1: Operation not permitted"));
}

}  // namespace
}  // namespace turnpike::server
