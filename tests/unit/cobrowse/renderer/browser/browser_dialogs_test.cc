// Dialogs and file choosers, by whoever speaks for the browser.
#include <gtest/gtest.h>

#include "fake_world.h"

namespace turnpike::browser {
namespace {

using BrowserDialogs = FakeWorld;

TEST_F(BrowserDialogs, ChoosersOfFramesAreOursToo) {
  attach("f", "g", "iframe");
  settle();
  for (const char* const session : {"s", "f"}) {
    const auto asked = devtools_.next_call_of("Page.setInterceptFileChooserDialog");
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->at("sessionId"), session);
  }
}

}  // namespace
}  // namespace turnpike::browser
