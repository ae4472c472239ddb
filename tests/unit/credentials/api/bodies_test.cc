#include "credentials/api/bodies.h"

#include <gtest/gtest.h>

namespace turnpike::credentials::api {
namespace {

TEST(Bodies, TimesAreWrittenAsTheirReadersExpect) {
  EXPECT_EQ(iso_time(1767225600), "2026-01-01T00:00:00Z");
  EXPECT_EQ(iso_time(951827696), "2000-02-29T12:34:56Z");
  EXPECT_EQ(mail_time(1767225600), "Thu, 01 Jan 2026 00:00:00 +0000");
  EXPECT_EQ(mail_time(951827696), "Tue, 29 Feb 2000 12:34:56 +0000");
}

TEST(Bodies, XmlIsQuoted) {
  IceAnswer answer;
  answer.credential.username = "1:a'b<&>\"";
  answer.credential.password = Secret("p");
  answer.credential.expires_s = 1767225600;
  answer.stun = {"stun:[2001:db8::1]:3478"};
  answer.turn = {"turns:h:443?transport=tcp"};
  EXPECT_EQ(xmpp_body(answer),
            "<services xmlns='urn:xmpp:extdisco:2'>\n"
            "  <service type='stun' host='2001:db8::1' port='3478' transport='udp'/>\n"
            "  <service type='turns' host='h' port='443' transport='tcp' "
            "username='1:a&apos;b&lt;&amp;&gt;&quot;' password='p' "
            "expires='2026-01-01T00:00:00Z' restricted='1'/>\n"
            "</services>\n");
}

}  // namespace
}  // namespace turnpike::credentials::api
