#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/conf/loading.h"

namespace turnpike::conf {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

TEST(RenderCheck, SaysWhetherItWouldStart) {
  const CheckReport good = render_check(load("listening-port=80"));
  EXPECT_EQ(good.text,
            "config file: /etc/turnserver.conf\n0 warnings, 0 errors: the server would start\n");
  EXPECT_EQ(good.exit_code, 0);

  const CheckReport warned = render_check(load("mobility"));
  EXPECT_EQ(warned.exit_code, 0);
  EXPECT_THAT(warned.text, HasSubstr("1 warning, 0 errors: the server would start\n"));

  const CheckReport bad = render_check(load("min-port=x\nbananas"));
  EXPECT_EQ(bad.exit_code, 255);
  EXPECT_THAT(bad.text, HasSubstr("1 warning, 1 error: the server would not start\n"));
  EXPECT_LT(bad.text.find("bananas"), bad.text.find("min-port"))
      << "errors come last, where they are read";
}

TEST(RenderCheck, CountsWhatAStartWouldFindBeyondTheOptions) {
  const CheckReport bad = render_check(load("listening-port=80"),
                                       {.warnings = {"old key"}, .errors = {"no such user"}});
  EXPECT_EQ(bad.text,
            "config file: /etc/turnserver.conf\nwarning: old key\nerror: no such user\n"
            "1 warning, 1 error: the server would not start\n");
  EXPECT_EQ(bad.exit_code, 255);
}

TEST(RenderCheck, SaysThatThereIsNoFile) {
  EXPECT_THAT(render_check(run({"-n", "-u", "a:b"})).text, HasSubstr("config file: none\n"));
}

TEST(RenderDump, ShowsValueOriginAndStatus) {
  const std::string dump =
      render_dump(load("listening-port=80\nlistening-ip=192.0.2.1\nlistening-ip=192.0.2.2\n"
                       "static-auth-secret=Sesame\nuser=alice:Sesame!")
                      .config);
  EXPECT_THAT(dump, ContainsRegex("listening-port +/etc/turnserver.conf:1 +implemented +80\n"));
  EXPECT_THAT(dump,
              ContainsRegex("listening-ip +/etc/turnserver.conf:2 +implemented +192.0.2.1\n"));
  EXPECT_THAT(dump,
              ContainsRegex("listening-ip +/etc/turnserver.conf:3 +implemented +192.0.2.2\n"));
  EXPECT_THAT(
      dump,
      ContainsRegex(
          "static-auth-secret +/etc/turnserver.conf:4 +implemented +.secret, 6 characters.\n"));
  EXPECT_THAT(
      dump,
      ContainsRegex("user +/etc/turnserver.conf:5 +implemented +alice:.secret, 7 characters.\n"));
  EXPECT_THAT(dump,
              ContainsRegex("use-auth-secret +implied by static-auth-secret +implemented +on\n"));
  EXPECT_THAT(dump, ContainsRegex("min-port +default +implemented +49152\n"));
  EXPECT_THAT(dump, ContainsRegex("relay-ip +default +implemented +none\n"));
  EXPECT_THAT(dump, Not(HasSubstr("Sesame")));
}

TEST(RenderDump, HasEveryOption) {
  const std::string dump = "\n" + render_dump(default_config());
  for (const OptionRow& row : option_table()) {
    EXPECT_THAT(dump, HasSubstr("\n" + std::string(row.name) + " ")) << row.name;
  }
}

TEST(RenderDiagnostics, KeepsToOneLineEach) {
  const std::string text = said(run({"-n", "-ua:b", "--log-format=a\nb", "--x\ny"}));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
}

}  // namespace
}  // namespace turnpike::conf
