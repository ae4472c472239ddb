#include "conf/render_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace turnpike::conf {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> texts_of(const TurnserverConfig& config, Option option) {
  return value_texts(config).at(static_cast<std::size_t>(option));
}

TEST(RenderParts, WritesValues) {
  TurnserverConfig config;
  config.listening_ip = {"192.0.2.1", "192.0.2.2"};
  config.static_auth_secret.emplace_back("hush");
  config.realm = "example.org";
  EXPECT_THAT(texts_of(config, Option::listening_ip), ElementsAre("192.0.2.1", "192.0.2.2"));
  EXPECT_THAT(texts_of(config, Option::static_auth_secret), ElementsAre("(secret, 4 characters)"));
  EXPECT_THAT(texts_of(config, Option::realm), ElementsAre("example.org"));
  EXPECT_THAT(texts_of(config, Option::user), IsEmpty());
  EXPECT_THAT(texts_of(config, Option::stale_nonce), ElementsAre("600"));
  EXPECT_THAT(texts_of(config, Option::pkey_pwd), ElementsAre("none"));
}

TEST(RenderParts, WritesDefaults) {
  EXPECT_EQ(default_text(row_of(Option::listening_port)), "3478");
  EXPECT_EQ(default_text(row_of(Option::relay_threads)), "automatic");
  EXPECT_EQ(default_text(row_of(Option::alt_listening_port)), "automatic");
  EXPECT_EQ(default_text(row_of(Option::user_quota)), "0");
  EXPECT_EQ(default_text(row_of(Option::new_log_timestamp)), "on");
  EXPECT_EQ(default_text(row_of(Option::no_udp)), "off");
  EXPECT_EQ(default_text(row_of(Option::user)), "none");
  EXPECT_EQ(default_text(row_of(Option::no_tlsv1)), "");
}

TEST(RenderParts, WritesLongForms) {
  EXPECT_EQ(long_form(row_of(Option::realm)), "--realm=<text>");
  EXPECT_EQ(long_form(row_of(Option::verbose)), "--verbose");
  EXPECT_EQ(long_form(row_of(Option::stale_nonce)), "--stale-nonce[=<seconds>]");
}

TEST(RenderParts, Wraps) {
  EXPECT_EQ(wrap("one two three", 9, "  "), "  one two\n  three\n");
  EXPECT_EQ(wrap("averylongword a", 5, ""), "averylongword\na\n");
  EXPECT_EQ(wrap("", 5, "# "), "# \n");
}

TEST(RenderParts, SelectsRows) {
  for (const OptionRow* row : rows_in(Section::kTls, {Status::kImplemented})) {
    EXPECT_EQ(row->section, Section::kTls);
    EXPECT_EQ(row->status, Status::kImplemented);
  }
  std::size_t by_section = 0;
  for_each_section([&](Section s) {
    by_section += rows_in(s, {Status::kImplemented, Status::kNoop}).size();
  });
  EXPECT_EQ(by_section, rows_with({Status::kImplemented, Status::kNoop}).size());
}

}  // namespace
}  // namespace turnpike::conf
