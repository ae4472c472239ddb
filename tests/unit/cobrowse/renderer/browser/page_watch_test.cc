#include "cobrowse/renderer/browser/page_watch.h"

#include <gtest/gtest.h>

namespace turnpike::browser {
namespace {

// What the script does in a page is in browser_test.cc.
TEST(PageWatch, OperatorsSelectorsAreQuoted) {
  const std::string script = watch_script({".secret", "a']\"); alert(1); (\"", "line\nbreak"});
  EXPECT_NE(script.find(R"(".secret")"), std::string::npos);
  EXPECT_NE(script.find(R"("a']\"); alert(1); (\"")"), std::string::npos);
  EXPECT_EQ(script.find("line\nbreak"), std::string::npos);
  EXPECT_NE(script.find("input[type=password]"), std::string::npos);
  EXPECT_NE(script.find(kWatchFunction), std::string::npos);
}

TEST(PageWatch, SelectionIsAnExpression) {
  EXPECT_TRUE(selection_expression().starts_with("(() =>"));
  EXPECT_TRUE(selection_expression().ends_with(")()"));
}

}  // namespace
}  // namespace turnpike::browser
