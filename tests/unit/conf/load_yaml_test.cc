#include "conf/load_yaml.h"

#include "tests/unit/conf/tiny_yaml.h"
#include "tests/unit/conf/yaml_loading.h"

namespace turnpike::conf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class LoadYaml : public testing::Test {
 protected:
  bool load(const std::string& text) {
    MapReader files(std::map<std::string, std::string>{{"/key", "hush\n"}});
    diagnostics_ = {};
    tiny_ = {};
    return load_yaml_text({text, "t.yml"}, secrets_of(files), tiny_target(tiny_), diagnostics_);
  }
  std::string complaints_about(const std::string& text) {
    load(text);
    return complaints(diagnostics_);
  }

  Tiny tiny_;
  Diagnostics diagnostics_;
};

TEST_F(LoadYaml, ReadsEveryKindOfValue) {
  EXPECT_TRUE(load(R"(
name: other
look: {color: blue}
key: file:/key
keys: [a, "env:TURN_SECRET"]
words: [x, y]
ports: [80, 443]
port: 8080
count: 10
wait: 60
loud: yes
rooms:
  - id: hall
  - {id: attic, open: no}
)"));
  EXPECT_EQ(complaints(diagnostics_), "");
  EXPECT_EQ(tiny_.name, "other");
  EXPECT_EQ(tiny_.color, "blue");
  EXPECT_EQ(tiny_.key.reveal(), "hush");
  ASSERT_EQ(tiny_.keys.size(), 2u);
  EXPECT_EQ(tiny_.keys[1].reveal(), "from-the-environment");
  EXPECT_THAT(tiny_.words, ElementsAre("x", "y"));
  EXPECT_THAT(tiny_.ports, ElementsAre(80, 443));
  EXPECT_EQ(tiny_.port, 8080);
  EXPECT_EQ(tiny_.count, 10u);
  EXPECT_EQ(tiny_.wait, seconds(60));
  EXPECT_TRUE(tiny_.loud);
  ASSERT_EQ(tiny_.rooms.size(), 2u);
  EXPECT_TRUE(tiny_.rooms[0].open);
  EXPECT_FALSE(tiny_.rooms[1].open);
  EXPECT_EQ(tiny_.places.origin("look.color").to_string(), "t.yml:3");
  EXPECT_EQ(tiny_.places.origin("rooms[1]").to_string(), "t.yml:14");
  EXPECT_EQ(tiny_.places.origin("rooms[1].open").to_string(), "t.yml:14");
}

TEST_F(LoadYaml, AMistakeLeavesTheOtherValues) {
  EXPECT_TRUE(load("count: 11\nport: 2\n"));
  EXPECT_EQ(complaints(diagnostics_),
            "t.yml:1: error: count: 11 is out of range, allowed are 1 to 10\n");
  EXPECT_EQ(tiny_.count, 3u);
  EXPECT_EQ(tiny_.port, 2);
}

TEST_F(LoadYaml, AnUnknownKeyNamesTheNearest) {
  EXPECT_EQ(complaints_about("look:\n  colour: red\n"),
            "t.yml:2: error: look.colour: there is no such key, did you mean look.color?\n");
  EXPECT_EQ(complaints_about("rooms:\n  - id: a\n    opne: no\n"),
            "t.yml:3: error: rooms[].opne: there is no such key, did you mean rooms[].open?\n");
  EXPECT_EQ(complaints_about("zzzzzzzzzz: 1\n"),
            "t.yml:1: error: zzzzzzzzzz: there is no such key\n");
}

TEST_F(LoadYaml, OtherNamesStandAtTheTopOnly) {
  EXPECT_EQ(complaints_about("org.example.wordlist: a, b\norg.example.room: hall\n"), "");
  EXPECT_THAT(tiny_.words, ElementsAre("a", "b"));
  ASSERT_EQ(tiny_.rooms.size(), 1u);
  EXPECT_EQ(tiny_.rooms[0].id, "hall");
  EXPECT_THAT(complaints_about("look: {org.example.room: hall}"),
              HasSubstr("there is no such key"));
}

TEST_F(LoadYaml, AKeyIsGivenOnce) {
  EXPECT_EQ(complaints_about("words: a\norg.example.wordlist: b\n"),
            "t.yml:2: error: words: is given twice, first in line 1\n");
}

TEST_F(LoadYaml, WrongShapesAreErrorsAndNoCrash) {
  EXPECT_FALSE(load("a: ["));
  EXPECT_THAT(complaints(diagnostics_), HasSubstr("this is no YAML"));
  EXPECT_THAT(complaints_about("just text"), HasSubstr("the file must be a mapping"));
  EXPECT_THAT(complaints_about("[a]: b"), HasSubstr("a key must be a word"));
  EXPECT_THAT(complaints_about("look: 7"), HasSubstr("look: needs keys below it"));
  EXPECT_THAT(complaints_about("rooms: 7"), HasSubstr("rooms: needs a list"));
  EXPECT_THAT(complaints_about("rooms: [7]"), HasSubstr("rooms: each entry needs keys"));
  EXPECT_THAT(complaints_about("rooms: [{open: no}]"), HasSubstr("rooms: an entry has no id"));
}

TEST_F(LoadYaml, AFileThatIsNotThereIsNamed) {
  MapReader none(std::map<std::string, std::string>{});
  EXPECT_FALSE(load_yaml_file("/no.yml", secrets_of(none), tiny_target(tiny_), diagnostics_));
  EXPECT_THAT(complaints(diagnostics_), HasSubstr("/no.yml cannot be read"));
  EXPECT_EQ(tiny_.places.file, "/no.yml");
}

TEST_F(LoadYaml, ReadsTheEnvironment) {
  EXPECT_TRUE(read_environment("PATH"));
  EXPECT_FALSE(read_environment("TURNPIKE_NO_SUCH_VARIABLE"));
}

}  // namespace
}  // namespace turnpike::conf
