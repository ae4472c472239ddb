#include "cobrowse/server/session_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

using ::testing::HasSubstr;

SessionRecord sample() {
  return {.id = "s1",
          .kind = SessionKind::kDocument,
          .name = "Help \u00e9 \"quoted\"\n",
          .start_url = "https://example.org/",
          .url = "https://example.org/b",
          .owner = "shop",
          .mode = ControlMode::kAgentOnly,
          .created_s = 1'800'000'000,
          .consent = true,
          .visitor_came = true,
          .renderer = "r1",
          .renderer_token_hash = "aa",
          .renderer_uid = 60'700,
          .last_participant = 9,
          .participants = {{.id = {9},
                            .name = "Ann",
                            .role = Role::kRecorder,
                            .token_hash = "bb",
                            .joined_s = 5,
                            .seen = true}},
          .invites = {{.token_hash = "cc",
                       .pin_hash = "dd",
                       .role = Role::kObserver,
                       .link_until_s = 6,
                       .pin_until_s = 7}}};
}

TEST(SessionRecord, ComesBackAsItWas) {
  const auto back = parse_session_record(to_text(sample()));
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(to_text(*back), to_text(sample()));
  EXPECT_EQ(back->kind, SessionKind::kDocument);
  EXPECT_EQ(back->mode, ControlMode::kAgentOnly);
  EXPECT_EQ(back->renderer, "r1");
  EXPECT_EQ(back->renderer_uid, 60'700U);
  EXPECT_TRUE(back->consent && back->visitor_came);
  ASSERT_EQ(back->participants.size(), 1U);
  EXPECT_EQ(back->participants[0].id.value, 9U);
  EXPECT_EQ(back->participants[0].role, Role::kRecorder);
  EXPECT_TRUE(back->participants[0].seen);
  ASSERT_EQ(back->invites.size(), 1U);
  EXPECT_EQ(back->invites[0].role, Role::kObserver);
  EXPECT_EQ(back->invites[0].pin_until_s, 7);
}

std::string with(const char* member, const std::string& value) {
  auto object = *http::parse_json_object(to_text(sample()));
  object[member] = *http::parse_json(value);
  return http::to_json(object);
}

TEST(SessionRecord, WhatMakesNoSenseIsAnError) {
  for (const char* const text : {"", "x", "[]", "{}", "{\"id\":\"s\"}", "\xff\xfe"}) {
    EXPECT_FALSE(parse_session_record(text)) << text;
  }
  const std::string whole = to_text(sample());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse_session_record(whole.substr(0, size))) << size;
  }
  EXPECT_THAT(parse_session_record(with("kind", "\"x\"")).error(), HasSubstr("kind: write one of"));
  EXPECT_THAT(parse_session_record(with("mode", "7")).error(), HasSubstr("mode: write one of"));
  EXPECT_THAT(parse_session_record(with("id", "\"\"")).error(), HasSubstr("id is missing"));
  for (const char* const time : {"-1", "9223372036854775807", "9e18"}) {
    EXPECT_THAT(parse_session_record(with("created", time)).error(), HasSubstr("created")) << time;
  }
}

TEST(SessionRecord, NoNumberIsGivenTwice) {
  const auto read = parse_session_record(with(
      "participants", R"([{"id":1,"name":"a"},{"id":1,"name":"b"},{"id":10},{"id":0},{"id":-1},)"
                      R"({"id":4294967297},{"id":"2"},7])"));
  ASSERT_TRUE(read) << read.error();
  ASSERT_EQ(read->participants.size(), 1U);
  EXPECT_EQ(read->participants[0].name, "a");
  EXPECT_EQ(read->participants[0].role, Role::kObserver);  // the least, where it says nothing
  EXPECT_EQ(parse_session_record(with("last_participant", "-4"))->last_participant, 0U);
}

TEST(SessionRecord, WordsAreReadAsTheyAreWritten) {
  for (const Role role : {Role::kVisitor, Role::kAgent, Role::kObserver, Role::kRecorder}) {
    EXPECT_EQ(*parse_role(role_word(role)), role);
  }
  for (const char* const word : {"single", "shared", "visitor-only", "agent-only", "view-only"}) {
    EXPECT_EQ(mode_word(*parse_mode(word)), word);
  }
  for (const char* const word : {"universal", "document"}) {
    EXPECT_EQ(kind_word(*parse_kind(word)), word);
  }
  EXPECT_EQ(parse_role("boss").error(), "role: write one of visitor, agent, observer, recorder");
  EXPECT_FALSE(parse_kind(""));
}

TEST(SessionRecord, PeopleAreFoundByTheirTokens) {
  const SessionRecord record{
      .id = "s",
      .participants = {{.id = {1}, .token_hash = "aa"},
                       {.id = {2}, .role = Role::kAgent, .token_hash = "bb"}}};
  const auto found = find_person(record, "bb");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->session, "s");
  EXPECT_EQ(found->role, Role::kAgent);
  EXPECT_FALSE(find_person(record, "cc"));
  EXPECT_FALSE(find_person(record, ""));
}

}  // namespace
}  // namespace turnpike::cobrowse
