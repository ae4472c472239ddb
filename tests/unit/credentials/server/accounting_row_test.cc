#include "credentials/server/accounting_row.h"

#include <gmock/gmock.h>

#include "http/core/json.h"

namespace turnpike::credentials {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kEnded =
    R"({"number":7,"id":"001000000000000001","user":"60:s1:alice","realm":"r",)"
    R"("client":"192.0.2.1:5","transport":"UDP","relayed":["203.0.113.1:49152"],)"
    R"("start":1767139200,"end":1767139260,"reason":"revoked","peers":["8.8.4.4","8.8.8.8"],)"
    R"("permissions":2,)"
    R"("usage":{"received_packets":1,"received_bytes":2,"sent_packets":3,"sent_bytes":4,)"
    R"("peer_received_packets":5,"peer_received_bytes":6,"peer_sent_packets":7,)"
    R"("peer_sent_bytes":8}})";

CredentialRecord given() {
  CredentialRecord record;
  record.user = "alice";
  record.session = "s1";
  record.caller = "shop";
  record.origin = "https://a.org";
  record.call_id = "c1";
  return record;
}

TEST(AccountingRow, JoinsTheRelaysWordsWithWhatWasGivenOut) {
  const auto row = accounting_row("turn:3478", "abc", *http::parse_json_object(kEnded), given());
  ASSERT_TRUE(row) << row.error();
  EXPECT_EQ(
      csv_header(*row),
      "relay,instance,number,allocation,start,end,seconds,reason,username,user,session,caller,"
      "origin,call_id,realm,client,transport,relayed,peers,permissions,received_packets,"
      "received_bytes,sent_packets,sent_bytes,peer_received_packets,peer_received_bytes,"
      "peer_sent_packets,peer_sent_bytes\r\n");
  EXPECT_EQ(
      csv_line(*row),
      "turn:3478,abc,7,001000000000000001,2025-12-31T00:00:00Z,2025-12-31T00:01:00Z,60,revoked,"
      "60:s1:alice,alice,s1,shop,https://a.org,c1,r,192.0.2.1:5,UDP,203.0.113.1:49152,"
      "8.8.4.4 8.8.8.8,2,1,2,3,4,5,6,7,8\r\n");
  EXPECT_THAT(http::to_json(*row), HasSubstr(R"("call_id":"c1","realm":"r")"));
}

TEST(AccountingRow, TextsAreQuotedAndFormulasDefused) {
  const auto line = [](const char* text) { return csv_line(boost::json::object{{"x", text}}); };
  EXPECT_EQ(line("a,b"), "\"a,b\"\r\n");
  EXPECT_EQ(line("say \"hi\""), "\"say \"\"hi\"\"\"\r\n");
  EXPECT_EQ(line("two\nlines"), "\"two\nlines\"\r\n");
  for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1"}) {
    EXPECT_THAT(line(formula), StartsWith("'")) << formula;
  }
  EXPECT_THAT(line("=HYPERLINK(\"x\")"), StartsWith("\"'=HYPERLINK("));
}

TEST(AccountingRow, WhatIsWrongIsNamed) {
  const auto error = [](std::string_view member, std::string_view by) {
    std::string text(kEnded);
    text.replace(text.find(member), member.size(), by);
    const auto row = accounting_row("r", "i", *http::parse_json_object(text), {});
    return row ? "" : row.error();
  };
  EXPECT_EQ(error(R"("reason":"revoked",)", ""), "no good reason");
  EXPECT_EQ(error(R"("start":1767139200)", R"("start":"now")"), "no good start");
  EXPECT_EQ(error(R"(["8.8.4.4","8.8.8.8"])", "7"), "no good peers");
  EXPECT_EQ(error(R"("sent_packets":3)", R"("sent_packets":null)"), "no good sent_packets");
}

}  // namespace
}  // namespace turnpike::credentials
