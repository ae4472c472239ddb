#include "cobrowse/renderer/document_site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::renderer {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class DocumentSiteTest : public testing::Test {
 protected:
  std::string ask(const std::string& url) {
    return site_.answer("GET " +
                        url.substr(std::string("http://document.turnpike.invalid").size()));
  }
  SeededRng rng_{3};
  DocumentSite site_;
};

TEST_F(DocumentSiteTest, AnswersWithTheDocumentAndKeepsItFromOtherSites) {
  const std::string url = site_.add("a1", "R\u00e9sum\u00e9 1.pdf", "%PDF-1", rng_);
  EXPECT_THAT(url, MatchesRegex("http://document.turnpike.invalid/[0-9a-f]{32}/"
                                "R%C3%A9sum%C3%A9%201.pdf"));
  const std::string answer = ask(url);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n%PDF-1"));
  for (const char* const head :
       {"Content-Type: application/pdf", "Content-Length: 6", "Content-Disposition: inline",
        "X-Content-Type-Options: nosniff", "X-Frame-Options: DENY",
        "Cross-Origin-Resource-Policy: same-origin", "Connection: close"}) {
    EXPECT_THAT(answer, HasSubstr("\r\n" + std::string(head) + "\r\n"));
  }
  EXPECT_THAT(answer, testing::Not(HasSubstr("Access-Control")));
}

TEST_F(DocumentSiteTest, KnowsNothingElse) {
  const std::string url = site_.add("a1", "x.pdf", "%PDF-1", rng_);
  for (const std::string& other :
       {url + "?", url + "x", url.substr(0, url.size() - 6), std::string()}) {
    EXPECT_THAT(site_.answer("GET " + other), StartsWith("HTTP/1.1 404 "));
  }
  EXPECT_THAT(site_.answer("POST " + url.substr(32)), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(site_.answer("GET /a1/x.pdf"), StartsWith("HTTP/1.1 404 ")) << "a number is no key";
  EXPECT_THAT(site_.answer("GET "), EndsWith("\r\n\r\nthere is no such document"));
  EXPECT_THAT(site_.answer(""), HasSubstr("Content-Length: 25\r\n"));
}

TEST_F(DocumentSiteTest, NamesStandForAddresses) {
  const std::string url = site_.add("a1", "x.pdf", "%PDF-1", rng_);
  EXPECT_EQ(site_.name_of(url), "x.pdf");
  EXPECT_EQ(site_.name_of(url + "#page=2"), "x.pdf");
  EXPECT_EQ(site_.name_of("http://document.turnpike.invalid/other"), "document");
  EXPECT_EQ(site_.name_of("http://document.turnpike.invalid.example.org/"), std::nullopt);
  EXPECT_EQ(site_.name_of("https://example.org/"), std::nullopt);
  EXPECT_EQ(site_.url_of("a1"), url);
  EXPECT_EQ(site_.url_of("a2"), std::nullopt);
}

TEST_F(DocumentSiteTest, TheFirstOnesAreForgottenWhenTheyAreTooMany) {
  constexpr std::size_t kHalf = DocumentSite::kMaxBytes / 2;
  const std::string first = site_.add("a", "a.pdf", std::string(kHalf, 'a'), rng_);
  const std::string second = site_.add("b", "b.pdf", std::string(kHalf, 'b'), rng_);
  EXPECT_THAT(ask(first), StartsWith("HTTP/1.1 200 "));
  const std::string third = site_.add("c", "c.pdf", "c", rng_);
  EXPECT_THAT(ask(first), StartsWith("HTTP/1.1 404 "));
  EXPECT_EQ(site_.url_of("a"), std::nullopt);
  EXPECT_THAT(ask(second), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask(third), StartsWith("HTTP/1.1 200 "));
}

}  // namespace
}  // namespace turnpike::renderer
