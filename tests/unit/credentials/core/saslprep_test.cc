#include "credentials/core/saslprep.h"

#include <gtest/gtest.h>

#include <string>

namespace turnpike::credentials {
namespace {

SaslprepFailure failure(std::string_view text) {
  const auto prepared = saslprep(text);
  EXPECT_FALSE(prepared.has_value());
  return prepared ? SaslprepFailure{255} : prepared.error();
}

std::string form(std::string_view text) {
  const auto prepared = saslprep(text);
  return prepared ? std::string(prepared->reveal()) : "(refused)";
}

TEST(Saslprep, DoesWhatTheExamplesOfRfc4013Say) {
  EXPECT_EQ(form("I\u00adX"), "IX");
  EXPECT_EQ(form("user"), "user");
  EXPECT_EQ(form("USER"), "USER");
  EXPECT_EQ(form("\u00aa"), "a");
  EXPECT_EQ(form("\u2168"), "IX");
  EXPECT_EQ(failure("\x07"), SaslprepFailure::kProhibited);
  EXPECT_EQ(failure("\u0627\x31"), SaslprepFailure::kBidirectional);
}

// RFC 5769 section 2.4: this is written with a soft hyphen, U+00AA and U+2168.
TEST(Saslprep, MakesThePasswordOfRfc5769) {
  EXPECT_EQ(form("The\u00adM\u00aatr\u2168"), "TheMatrIX");
}

TEST(Saslprep, LeavesPrintableAsciiAlone) {
  std::string all;
  for (char c = 0x20; c < 0x7f; ++c) all += c;
  EXPECT_EQ(form(all), all);
  EXPECT_EQ(form(""), "");
}

TEST(Saslprep, MapsSpacesAndComposes) {
  EXPECT_EQ(form("a\u00a0b"), "a b");
  EXPECT_EQ(form("e\u0301"), "\u00e9");
}

TEST(Saslprep, RefusesWhatIsNoText) {
  EXPECT_EQ(failure("\xff\xfe"), SaslprepFailure::kNotUtf8);
  EXPECT_EQ(failure(std::string_view("a\0b", 3)), SaslprepFailure::kProhibited);
  EXPECT_EQ(failure("\x7f"), SaslprepFailure::kProhibited);
  EXPECT_EQ(failure("\u0221"), SaslprepFailure::kUnassigned);
}

TEST(Saslprep, BoundsTheLength) {
  EXPECT_EQ(form(std::string(kMaxSaslprepBytes, 'a')).size(), kMaxSaslprepBytes);
  EXPECT_EQ(failure(std::string(kMaxSaslprepBytes + 1, 'a')), SaslprepFailure::kTooLong);
  // U+FDFA is 3 bytes and becomes 33.
  std::string grows;
  while (grows.size() + 3 <= kMaxSaslprepBytes) grows += "\ufdfa";
  EXPECT_EQ(failure(grows), SaslprepFailure::kTooLong);
}

TEST(SaslprepOrBytes, TakesTheBytesWhereThereIsNoForm) {
  EXPECT_EQ(saslprep_or_bytes("\u2168").reveal(), "IX");
  EXPECT_EQ(saslprep_or_bytes("\xff\x07").reveal(), "\xff\x07");
  EXPECT_EQ(saslprep_or_bytes("\u00ad").reveal(), "\u00ad");
}

TEST(Saslprep, EveryFailureHasAText) {
  for (const auto f :
       {SaslprepFailure::kNotUtf8, SaslprepFailure::kProhibited, SaslprepFailure::kBidirectional,
        SaslprepFailure::kUnassigned, SaslprepFailure::kTooLong}) {
    EXPECT_FALSE(saslprep_failure_text(f).empty());
  }
}

}  // namespace
}  // namespace turnpike::credentials
