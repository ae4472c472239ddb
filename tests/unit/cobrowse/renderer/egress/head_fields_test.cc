#include "cobrowse/renderer/egress/head_fields.h"

#include <gtest/gtest.h>

namespace turnpike::egress {
namespace {

std::string fields_of(std::string_view lines) {
  const std::string head = "GET / HTTP/1.1\r\n" + std::string(lines) + "\r\n";
  const auto fields = parse_fields(head);
  if (!fields) return "refused";
  std::string out;
  for (const Field& field : *fields) {
    out.append(field.name).append("=").append(field.value).append(";");
  }
  return out;
}

TEST(HeadFields, LengthIsKnownWithTheEmptyLine) {
  EXPECT_EQ(head_length(""), std::nullopt);
  EXPECT_EQ(head_length("GET / HTTP/1.1\r\nA: b\r\n"), std::nullopt);
  EXPECT_EQ(head_length("GET\r\n\r\nrest"), 7U);
}

TEST(HeadFields, NamesAndTrimmedValues) {
  EXPECT_EQ(fields_of(""), "");
  EXPECT_EQ(fields_of("A: b\r\nc-D:\t e f \t\r\nX:\r\n"), "A=b;c-D=e f;X=;");
  EXPECT_EQ(fields_of("A: \xc3\xbc\r\n"), "A=\xc3\xbc;");
}

TEST(HeadFields, RefusesWhatCanBeReadInTwoWays) {
  for (const std::string_view lines :
       {"A : b\r\n", " A: b\r\n", "A: b\r\n folded\r\n", "A\r\n", ": b\r\n", "A: b\nC: d\r\n",
        "A: b\rC: d\r\n", "A(: b\r\n", "A: \x01\r\n", "A: \x7f\r\n", "\xc3\xbc: b\r\n"}) {
    EXPECT_EQ(fields_of(lines), "refused") << lines;
  }
  EXPECT_EQ(fields_of(std::string_view("A: b\0c\r\n", 8)), "refused");
  EXPECT_EQ(fields_of(std::string_view("A\0: b\r\n", 7)), "refused");
}

TEST(HeadFields, ListsAreSearchedInAnyCase) {
  EXPECT_TRUE(list_has("keep-alive, Upgrade", "upgrade"));
  EXPECT_TRUE(list_has("close", "CLOSE"));
  EXPECT_FALSE(list_has("upgrades, ", "upgrade"));
  EXPECT_TRUE(fields_have({{"Connection", "a"}, {"connection", "b, c"}}, "CONNECTION", "C"));
  EXPECT_FALSE(fields_have({{"Connection", "a"}}, "Connection", "b"));
}

TEST(HeadFields, FieldsOfOneHopStayBehind) {
  const std::vector<Field> fields = {
      {"Connection", "keep-alive, X-Hop"},
      {"x-hop", "1"},
      {"Keep-Alive", "timeout=5"},
      {"TE", "trailers"},
      {"Upgrade", "h2c"},
      {"Proxy-Authorization", "x"},
      {"proxy-connection", "keep-alive"},
      {"Accept", "text/html"},
      {"Transfer-Encoding", "chunked"},
  };
  std::string kept;
  for (const Field& field : end_to_end(fields)) kept.append(field.name).append(" ");
  EXPECT_EQ(kept, "Accept Transfer-Encoding ");
}

// Otherwise a browser and a site could disagree on where a body ends.
TEST(HeadFields, ConnectionDoesNotTakeTheLengthAway) {
  EXPECT_EQ(end_to_end({{"Connection", "Content-Length"}, {"Content-Length", "5"}}).size(), 1U);
}

TEST(HeadFields, LengthsMustAgree) {
  EXPECT_EQ(content_length({}).bytes, std::nullopt);
  EXPECT_EQ(content_length({{"content-length", "12"}}).bytes, 12U);
  EXPECT_FALSE(content_length({{"Content-Length", "1"}, {"Content-Length", "1"}}).bad);
  EXPECT_TRUE(content_length({{"Content-Length", "1"}, {"Content-Length", "2"}}).bad);
  for (const std::string_view text :
       {"", "-1", "+1", "1, 1", "0x1", "1 2", "99999999999999999999"}) {
    EXPECT_TRUE(content_length({{"Content-Length", text}}).bad) << text;
  }
}

}  // namespace
}  // namespace turnpike::egress
