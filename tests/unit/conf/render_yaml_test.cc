#include "conf/render_yaml.h"

#include "tests/unit/conf/tiny_yaml.h"
#include "tests/unit/conf/yaml_loading.h"

namespace turnpike::conf {
namespace {

using testing::HasSubstr;
using testing::Not;

Diagnostics load(const std::string& text, Tiny& tiny) {
  Diagnostics diagnostics;
  MapReader files(std::map<std::string, std::string>{{"/key", "hush"}});
  load_yaml_text({text, "t.yml"}, secrets_of(files), tiny_target(tiny), diagnostics);
  return diagnostics;
}

TEST(RenderYaml, TheSampleIsTrueWhenPutIntoForce) {
  Tiny tiny;
  const std::string sample = uncommented(render_yaml_sample(tiny_program()));
  EXPECT_EQ(complaints(load(sample, tiny)), "") << sample;
  expect_all_given(tiny_table(), tiny.places);
}

TEST(RenderYaml, TheSampleAsItIsChangesNothing) {
  Tiny tiny;
  EXPECT_EQ(complaints(load(render_yaml_sample(tiny_program()), tiny)), "");
  EXPECT_TRUE(tiny.places.lines.empty());
}

TEST(RenderYaml, HelpAndPageNameEveryKey) {
  expect_all_named(tiny_table(), render_yaml_help(tiny_program()),
                   render_yaml_page(tiny_program()));
}

TEST(RenderYaml, HelpSaysWhatTheProgramIsAndTakes) {
  const std::string help = render_yaml_help(tiny_program());
  EXPECT_THAT(help, testing::StartsWith("Usage: tiny-service [options]\n\nDoes next to nothing."));
  EXPECT_THAT(help, HasSubstr("\n  --shrink=N\n      Be smaller.\n"));
  EXPECT_THAT(help, HasSubstr("\n  look.color\n      Its color. One of red|blue. Default: red.\n"));
  EXPECT_THAT(help, HasSubstr("\n  key\n      A secret.\n"));
}

TEST(RenderYaml, ThePageEscapesBars) {
  const std::string page = render_yaml_page(tiny_program());
  EXPECT_THAT(page, HasSubstr("| `count` | `3` | How many \\| there are. |\n"));
  EXPECT_THAT(page, HasSubstr("| `words` | none | Words. |\n"));
  EXPECT_THAT(page, HasSubstr("| `org.example.room` | `rooms[].id` |\n"));
}

TEST(RenderYaml, TheDumpSaysFromWhereAndNoSecret) {
  Tiny tiny;
  load("name: a\nkey: hush\nrooms: [{id: hall}]\n", tiny);
  const std::string dump = render_yaml_dump(tiny_target(tiny));
  EXPECT_THAT(dump, HasSubstr("name: a  # t.yml:1\n"));
  EXPECT_THAT(dump, HasSubstr("key: (hidden)  # t.yml:2\n"));
  EXPECT_THAT(dump, HasSubstr("rooms[0].id: hall  # t.yml:3\n"));
  EXPECT_THAT(dump, HasSubstr("rooms[0].open: true  # default\n"));
  EXPECT_THAT(dump, Not(HasSubstr("hush")));
}

}  // namespace
}  // namespace turnpike::conf
