#include "conf/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conf/render.h"

namespace turnpike::conf {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Parsed {
  std::vector<std::string> options;  // "realm=x"; "no-udp=" for a bare name
  std::string said;
};

Parsed parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "turnserver");
  Diagnostics diagnostics;
  Parsed parsed;
  for (const Assignment& a : parse_command_line(arguments, diagnostics)) {
    parsed.options.push_back(std::string(a.row->name) + "=" + std::string(a.value.reveal()));
    EXPECT_EQ(a.origin.to_string(), "command line");
  }
  parsed.said = render_diagnostics(diagnostics);
  return parsed;
}

TEST(CommandLine, TakesLongForms) {
  const Parsed p = parse({"--realm=a", "--realm", "b", "--no-udp", "--no-tcp=no", "--stale-nonce",
                          "--stale-nonce=5", "--user=x:y=z", "--realm="});
  EXPECT_THAT(p.options, ElementsAre("realm=a", "realm=b", "no-udp=", "no-tcp=no",
                                     "stale-nonce=", "stale-nonce=5", "user=x:y=z", "realm="));
  EXPECT_EQ(p.said, "");
}

TEST(CommandLine, TakesShortForms) {
  const Parsed p = parse(
      {"-a", "-vV", "-r", "a", "-rb", "-vp", "80", "-fp443", "-z", "-K", "yes", "-u", "-x:y"});
  EXPECT_THAT(p.options,
              ElementsAre("lt-cred-mech=", "verbose=", "Verbose=", "realm=a", "realm=b",
                          "verbose=", "listening-port=80", "fingerprint=", "listening-port=443",
                          "no-auth=", "keep-address-family=yes", "user=-x:y"));
  EXPECT_EQ(p.said, "");
}

// Changed from Coturn, which does not see -c/path.
TEST(CommandLine, KnowsTheConfigFile) {
  EXPECT_THAT(parse({"-c", "/a"}).options, ElementsAre("config=/a"));
  EXPECT_THAT(parse({"-c/a"}).options, ElementsAre("config=/a"));
  EXPECT_THAT(parse({"-n"}).options, ElementsAre("no-config="));
}

TEST(CommandLine, ShortFormsHaveNoEqualsSign) {
  const Parsed p = parse({"-r=example.org"});
  EXPECT_THAT(p.options, IsEmpty());
  EXPECT_THAT(p.said, AllOf(HasSubstr("error"), HasSubstr("write -r <value> or --realm=<value>")));
}

TEST(CommandLine, TakesUniqueBeginnings) {
  EXPECT_THAT(parse({"--rea=x"}).options, ElementsAre("realm=x"));
  EXPECT_THAT(parse({"--listening-p", "80"}).options, ElementsAre("listening-port=80"));
  EXPECT_THAT(parse({"--use-a"}).options, ElementsAre("use-auth-secret="));
  EXPECT_THAT(parse({"--lt"}).options, ElementsAre("lt-cred-mech="));
  EXPECT_THAT(parse({"--finger=no"}).options, ElementsAre("fingerprint=no"));
}

// Our own names must not take an abbreviation away from Coturn's.
TEST(CommandLine, OurNamesMakeNoBeginningAmbiguous) {
  EXPECT_THAT(parse({"--check"}).options, ElementsAre("check-origin-consistency="));
  EXPECT_THAT(parse({"--relay-t", "2"}).options, ElementsAre("relay-threads=2"));
  EXPECT_THAT(parse({"--check-c"}).options, ElementsAre("check-config="));
  EXPECT_THAT(parse({"--peer", "coturn"}).options, ElementsAre("peer-policy=coturn"));
  EXPECT_THAT(parse({"--dump"}).options, ElementsAre("dump-config="));
}

// In Coturn --no-tlsv1 means --no-tlsv1_2, because the option of that name is gone.
TEST(CommandLine, RemovedNamesStayWhatTheyWere) {
  EXPECT_THAT(parse({"--no-tlsv1"}).options, ElementsAre("no-tlsv1="));
  EXPECT_THAT(parse({"--no-tlsv1_1"}).options, ElementsAre("no-tlsv1_1="));
  EXPECT_THAT(parse({"--no-tlsv1_2"}).options, ElementsAre("no-tlsv1_2="));
  EXPECT_THAT(parse({"--no-loopback-peers", "--no-dtls", "--no-cli", "--ne=1"}).options,
              ElementsAre("no-loopback-peers=", "no-dtls=", "no-cli=", "ne=1"));
}

TEST(CommandLine, RefusesAmbiguousBeginnings) {
  const Parsed p = parse({"--no-tlsv"});
  EXPECT_THAT(p.options, IsEmpty());
  EXPECT_EQ(p.said,
            "command line: error: --no-tlsv could be --no-tlsv1, --no-tlsv1_1, --no-tlsv1_2; write "
            "the whole name\n");
  EXPECT_THAT(parse({"--no"}).said, HasSubstr(", ...; write the whole name"));
  EXPECT_THAT(parse({"--listening"}).said, HasSubstr("error"));
}

TEST(CommandLine, RefusesUnknownOptions) {
  EXPECT_EQ(
      parse({"--listenin-port=1"}).said,
      "command line: error: there is no option --listenin-port; did you mean --listening-port?\n");
  EXPECT_THAT(parse({"--bananas"}).said,
              HasSubstr("there is no option --bananas; --help lists them"));
  EXPECT_THAT(parse({"-x"}).said, HasSubstr("there is no option -x"));
  EXPECT_THAT(parse({"--=x"}).said, HasSubstr("error"));
  EXPECT_THAT(parse({"--no-dtls-please"}).said, HasSubstr("error"));
}

TEST(CommandLine, RefusesMissingValues) {
  EXPECT_EQ(parse({"--realm"}).said, "command line: error: --realm needs a value: <text>\n");
  EXPECT_EQ(parse({"-p"}).said, "command line: error: -p needs a value: <port>\n");
  EXPECT_EQ(parse({"-K"}).said, "command line: error: -K needs a value: yes or no\n");
}

// getopt takes a required value even when it looks like an option.
TEST(CommandLine, AValueMayLookLikeAnOption) {
  EXPECT_THAT(parse({"--realm", "--no-udp"}).options, ElementsAre("realm=--no-udp"));
}

// Coturn reads -lt-cred-mech as "log to the file t-cred-mech".
TEST(CommandLine, OneDashTooFewIsNamed) {
  const Parsed p = parse({"-lt-cred-mech", "-static-auth-secret=Sesame"});
  EXPECT_THAT(p.options, IsEmpty());
  EXPECT_THAT(p.said, AllOf(HasSubstr("write --lt-cred-mech"),
                            HasSubstr("write --static-auth-secret\n"), Not(HasSubstr("Sesame"))));
}

// getopt skips these without a word; a value that lost its option must not go unnoticed, nor be
// shown.
TEST(CommandLine, ReportsStrayWords) {
  const Parsed p = parse({"--use-auth-secret", "Sesame", "-v", "Sesame", "--", "--realm=x"});
  EXPECT_THAT(p.options, ElementsAre("use-auth-secret=", "verbose="));
  EXPECT_THAT(
      p.said,
      AllOf(
          HasSubstr("argument 2 is ignored, because use-auth-secret takes a value only after '='"),
          HasSubstr("argument 4 belongs to no option"), HasSubstr("argument 6 belongs"),
          Not(HasSubstr("Sesame")), Not(HasSubstr("error"))));
}

TEST(CommandLine, TakesNothing) {
  Diagnostics diagnostics;
  EXPECT_THAT(parse_command_line({}, diagnostics), IsEmpty());
  EXPECT_THAT(parse({}).options, IsEmpty());
  EXPECT_THAT(parse({"", "-"}).options, IsEmpty());
}

}  // namespace
}  // namespace turnpike::conf
