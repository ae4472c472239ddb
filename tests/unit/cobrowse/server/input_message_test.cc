#include "cobrowse/server/input_message.h"

#include <gtest/gtest.h>

#include "http/core/json.h"

namespace turnpike::cobrowse {
namespace {

using Object = boost::json::object;

struct Row {
  const char* type;
  const char* good;
  InputKind kind;
  std::vector<const char*> bad;  // "member value", "member" alone: without it
};

const std::vector<Row> kRows = {
    {"move",
     R"({"x":0,"y":65535,"f":1})",
     InputKind::kPointer,
     {"x", "x -1", "x 65536", "x \"1\"", "x 1.5", "y", "y 65536", "f", "f -1", "f 1000000001"}},
    {"down",
     R"({"x":1,"y":1,"f":1,"button":2,"mods":15})",
     InputKind::kPress,
     {"x", "button", "button 3", "button -1", "mods", "mods 16", "mods true"}},
    {"up",
     R"({"x":1,"y":1,"f":1,"button":0,"mods":0})",
     InputKind::kRelease,
     {"x 70000", "button 3", "mods -1"}},
    {"wheel",
     R"({"x":1,"y":1,"f":1,"dx":0.5,"dy":-120.5})",
     InputKind::kPointer,
     {"dx", "dx 20001", "dx -20001", "dx 1e300", "dy", "dy \"1\"", "dy null"}},
    {"key",
     R"({"down":true,"key":"Enter","code":"Enter","mods":0,"repeat":false})",
     InputKind::kKey,
     {"down 1", "key 7", "key \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "code []", "mods",
      "mods 16", "repeat \"no\""}},
    {"text", R"({"text":"é"})", InputKind::kKey, {"text 7", "text {}"}},
    {"paste", R"({"text":"é"})", InputKind::kKey, {"text 7"}},
    {"ime",
     R"({"text":"é","start":0,"end":1})",
     InputKind::kKey,
     {"text 7", "start", "start -1", "start 1001", "end", "end 1001"}},
    {"touch",
     R"({"phase":"start","points":[{"id":0,"x":1,"y":1}],"f":1})",
     InputKind::kPress,
     {"phase", "phase \"hold\"", "phase 1", "points", "points {}", "points [1]",
      R"(points [{"id":0,"x":1}])", R"(points [{"id":-1,"x":1,"y":1}])",
      R"(points [{"id":0,"x":65536,"y":1}])", "f",
      R"(points [{"id":0,"x":1,"y":1},{"id":1,"x":1,"y":1},{"id":2,"x":1,"y":1},)"
      R"({"id":3,"x":1,"y":1},{"id":4,"x":1,"y":1},{"id":5,"x":1,"y":1},{"id":6,"x":1,"y":1},)"
      R"({"id":7,"x":1,"y":1},{"id":8,"x":1,"y":1},{"id":9,"x":1,"y":1},{"id":10,"x":1,"y":1}])"}},
    {"copy", "{}", InputKind::kKey, {}},
    {"nav",
     R"({"do":"go","url":"https://example.org"})",
     InputKind::kCommand,
     {"do", "do \"fly\"", "do 1", "url 1"}},
    {"tab",
     R"({"do":"select","id":"t1"})",
     InputKind::kCommand,
     {"do", "do \"go\"", "id 1",
      "id \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\""}},
    {"dialog", R"({"accept":true,"text":""})", InputKind::kCommand, {"accept 1", "text 1"}},
    {"files",
     R"({"documents":["d1"]})",
     InputKind::kCommand,
     {"documents", "documents {}", "documents [1]",
      "documents [\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]",
      R"(documents ["1","2","3","4","5","6","7","8","9","10","11"])"}},
    {"document", R"({"id":"d1"})", InputKind::kCommand, {"id 1"}},
};

TEST(InputMessage, GoodOnesGoOnWithoutWhatNobodyKnows) {
  for (const Row& row : kRows) {
    Object message = *http::parse_json_object(row.good);
    const Object wanted = message;
    message["t"] = "end";
    message["viewer"] = 7;
    message["unknown"] = Object{{"x", 1}};
    const auto read = read_input(row.type, message);
    ASSERT_TRUE(read && *read) << row.type;
    EXPECT_EQ((*read)->kind, row.kind) << row.type;
    Object forward = (*read)->forward;
    EXPECT_EQ(forward.at("t"), row.type);
    forward.erase("t");
    EXPECT_TRUE(forward == wanted) << row.type << " " << http::to_json(forward);
  }
}

TEST(InputMessage, EachBadMemberIsNamed) {
  for (const Row& row : kRows) {
    for (const std::string_view bad : row.bad) {
      Object message = *http::parse_json_object(row.good);
      const std::size_t space = bad.find(' ');
      const std::string_view name = bad.substr(0, space);
      if (space == std::string_view::npos) {
        message.erase(name);
      } else {
        message[name] = *http::parse_json(bad.substr(space + 1));
      }
      const auto read = read_input(row.type, message);
      ASSERT_TRUE(read) << row.type;
      ASSERT_FALSE(*read) << row.type << ": " << bad;
      EXPECT_EQ(read->error(), std::string(name) + " makes no sense") << row.type << ": " << bad;
    }
  }
}

TEST(InputMessage, PointsOfATouchAreMadeAnew) {
  const auto read = read_input(
      "touch",
      *http::parse_json_object(R"({"phase":"end","points":[{"id":1,"x":2,"y":3,"t":4}],"f":1})"));
  ASSERT_TRUE(read && *read);
  EXPECT_TRUE((*read)->forward.at("points") == *http::parse_json(R"([{"id":1,"x":2,"y":3}])"));
}

TEST(InputMessage, WhatLetsGo) {
  const auto lets_go = [](const char* type, const char* text) {
    return (*read_input(type, *http::parse_json_object(text)))->kind == InputKind::kRelease;
  };
  EXPECT_TRUE(lets_go("up", R"({"x":1,"y":1,"f":1,"button":0,"mods":0})"));
  EXPECT_FALSE(lets_go("down", R"({"x":1,"y":1,"f":1,"button":0,"mods":0})"));
  EXPECT_TRUE(lets_go("key", R"({"down":false,"mods":0})"));
  EXPECT_FALSE(lets_go("key", R"({"down":true,"mods":0})"));
  EXPECT_TRUE(lets_go("key", R"({"mods":0})"));  // goes on as one that is not down
  EXPECT_TRUE(lets_go("touch", R"({"phase":"cancel","points":[],"f":1})"));
  EXPECT_FALSE(lets_go("touch", R"({"phase":"move","points":[],"f":1})"));
}

TEST(InputMessage, LongTextsAreRefused) {
  const auto takes = [](const char* type, const char* member, std::size_t size) {
    Object message{{"do", "go"}, {"start", 0}, {"end", 0}, {member, std::string(size, 'a')}};
    return read_input(type, message)->has_value();
  };
  EXPECT_TRUE(takes("text", "text", 65'536));
  EXPECT_FALSE(takes("text", "text", 65'537));
  EXPECT_FALSE(takes("dialog", "text", 65'537));
  EXPECT_TRUE(takes("ime", "text", 1000));
  EXPECT_FALSE(takes("ime", "text", 1001));
  EXPECT_TRUE(takes("nav", "url", 8192));
  EXPECT_FALSE(takes("nav", "url", 8193));
}

TEST(InputMessage, OtherTypesAreNone) {
  for (const char* const type :
       {"", "t", "start", "viewer", "drop", "end", "release_keys", "MOVE"}) {
    EXPECT_FALSE(read_input(type, {})) << type;
  }
}

}  // namespace
}  // namespace turnpike::cobrowse
