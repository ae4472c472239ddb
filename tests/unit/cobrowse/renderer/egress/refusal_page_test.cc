#include "cobrowse/renderer/egress/refusal_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::egress {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string_view body_of(std::string_view answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

TEST(RefusalPage, NamesTheSiteAndTheReason) {
  const std::string page = refusal_page(Reason::kDeniedSite, "bad.example.org");
  EXPECT_THAT(page, StartsWith("HTTP/1.1 403 Forbidden\r\n"));
  EXPECT_THAT(page, HasSubstr("<b>bad.example.org</b>"));
  EXPECT_THAT(page, HasSubstr(std::string(reason_text(Reason::kDeniedSite))));
  EXPECT_THAT(page, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(page, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(page, HasSubstr("Content-Length: " + std::to_string(body_of(page).size()) + "\r\n"));
}

TEST(RefusalPage, NeedsNothingFromAnywhere) {
  const std::string page = refusal_page(Reason::kPort, "a.test");
  for (const std::string_view word : {"src=", "href=", "url(", "<script"}) {
    EXPECT_THAT(page, Not(HasSubstr(std::string(word)))) << word;
  }
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(RefusalPage, AHostIsTextWhateverStandsInIt) {
  const std::string page = refusal_page(Reason::kBadHost, "<script>\"&'\r\n\xc3");
  EXPECT_THAT(page, HasSubstr("<b>&#60;script&#62;&#34;&#38;&#39;&#13;&#10;&#195;</b>"));
  EXPECT_THAT(refusal_page(Reason::kBadHost, std::string(100000, 'a')).size(), testing::Lt(2000U));
  EXPECT_THAT(refusal_page(Reason::kMalformed, ""), Not(HasSubstr("<b>")));
}

TEST(RefusalPage, EveryReasonHasAStatusLine) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(Reason::kCount); ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_THAT(refusal_page(reason, "a.test"), Not(HasSubstr(" Error\r\n")))
        << reason_name(reason);
    const std::string line = refusal_line(reason);
    EXPECT_THAT(line, StartsWith("HTTP/1.1 " + std::to_string(reason_status(reason)) + " "));
    EXPECT_THAT(std::string(body_of(line)), StartsWith(std::string(reason_name(reason)) + ": "));
  }
}

}  // namespace
}  // namespace turnpike::egress
