#include <gtest/gtest.h>

#include <algorithm>

#include "session_world.h"

namespace turnpike::cobrowse {
namespace {

TEST(SessionDocuments, DocumentsAreNamedForTheRenderer) {
  Room room({.documents = true});
  room.session.on_documents({Object{{"id", "d"}, {"name", "a.pdf"}, {"state", "ready"}},
                             Object{{"id", "e"}, {"name", "b.pdf"}, {"state", "converting"}},
                             Object{{"id", "k"}, {"name", "c.zip"}, {"state", "kept"}}});
  ASSERT_TRUE(room.takes(room.visitor, R"({"t":"files","documents":["k"]})"));
  ASSERT_TRUE(room.takes(room.visitor, R"({"t":"document","id":"d"})"));
  EXPECT_EQ(http::to_json(room.host.renderer.back()),
            R"({"t":"document","id":"d","name":"a.pdf","viewer":1})");
  EXPECT_EQ(room.host.notes.back().action, "document");
  ASSERT_TRUE(room.takes(room.visitor, R"({"t":"files","documents":["d"]})"));
  EXPECT_EQ(http::to_json(room.host.renderer.back().at("documents")),
            R"([{"id":"d","name":"a.pdf"}])");
  for (const char* const text :
       {R"({"t":"document","id":"e"})", R"({"t":"document","id":"x"})",
        R"({"t":"document","id":"k"})", R"({"t":"files","documents":["d","e"]})",
        R"({"t":"files","documents":["x"]})"}) {
    EXPECT_FALSE(room.takes(room.visitor, text)) << text;
    EXPECT_EQ(room.heard(room.visitor, "refused").at("why"), "there is no such document");
  }
}

TEST(SessionDocuments, WhatWasShownIsShownAgainByANewRenderer) {
  Room room({.documents = true});
  room.session.on_documents({Object{{"id", "d"}, {"name", "a.pdf"}, {"state", "ready"}}});
  const auto is_shown_again = [&] {
    room.session.on_renderer_ended(room.now);
    room.forget();
    room.renderer_comes();
    return std::ranges::any_of(room.host.renderer,
                               [](const Object& one) { return one.at("t") == "document"; });
  };
  EXPECT_FALSE(is_shown_again());
  ASSERT_TRUE(room.takes(room.visitor, R"({"t":"document","id":"d"})"));
  room.renderer_says(R"({"t":"page","url":"https://a.example/","title":"a","loading":false})");
  room.renderer_says(R"({"t":"page","url":"a.pdf","title":"a.pdf","loading":false})");
  EXPECT_TRUE(is_shown_again());
  room.renderer_says(R"({"t":"page","url":"https://a.example/","title":"a","loading":false})");
  EXPECT_FALSE(is_shown_again()) << "they have gone on";
  ASSERT_TRUE(room.takes(room.visitor, R"({"t":"document","id":"d"})"));
  room.renderer_says(R"({"t":"refused","viewer":1,"what":"document","why":"gone"})");
  EXPECT_FALSE(is_shown_again()) << "it was never there";
}

TEST(SessionDocuments, ASessionOfDocumentsTakesNoAddresses) {
  SessionRecord record = SessionWorld::fresh();
  record.kind = SessionKind::kDocument;
  SessionWorld world({.documents = true}, record);
  const ParticipantId visitor = world.enter(Role::kVisitor);
  world.renderer_comes();
  world.say(visitor, R"({"t":"nav","do":"go","url":"https://a.example"})");
  EXPECT_EQ(world.heard(visitor, "refused").at("why"), "this session shows documents only");
}

}  // namespace
}  // namespace turnpike::cobrowse
