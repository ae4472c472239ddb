// The list that stands in for <select>'s own, in a real browser without a screen.
#include "cobrowse/renderer/browser/select_list.h"

#include <gtest/gtest.h>

#include "browser_world.h"
#include "cobrowse/renderer/browser/input_mapper.h"

namespace turnpike::browser {
namespace {

class SelectList : public BrowserWorld {
 protected:
  void SetUp() override {
    BrowserWorld::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(visit("/one"));
    run("document.body.innerHTML = `<style>body{margin:0}</style>"
        "<select id=s style='font:20px monospace;height:40px;width:200px'>"
        "<option>one<option disabled>two<option>three<optgroup label=g><option>four</optgroup>"
        "</select>`;"
        "for (const name of ['input', 'change']) s.addEventListener(name, "
        "() => { document.title += ` ${name}:${s.value}`; }); document.title = 'ready';");
    ASSERT_TRUE(is_called("ready"));
  }
  void click(double x, double y) {
    browser_->send(mapper_.press(1, {x, y}, 0, 0, MonotonicTime(clicks_ += seconds(5))));
    browser_->send(mapper_.release(1, {x, y}, 0, 0));
  }
  void press(const std::string& key, int modifiers = 0) {
    for (const bool down : {true, false}) {
      browser_->send(
          mapper_.key(1, {.down = down, .key = key, .code = key, .modifiers = modifiers}));
    }
  }
  bool is_called(const std::string& title) {
    const bool is = inbox_.wait_for([&] { return page_.title == title; }, seconds(10));
    EXPECT_TRUE(is) << page_.title;
    return is;
  }
  InputMapper mapper_;
  Duration clicks_{};
};

// Rows are 1.5 times the font and 4 pixels high, below the element's 40.
TEST_F(SelectList, IsClicked) {
  click(50, 20);
  click(50, 40 + 34 * 2 + 17);
  EXPECT_TRUE(is_called("ready input:three change:three"));
  click(50, 20);
  click(50, 40 + 34 * 1 + 17);  // disabled
  click(50, 40 + 34 * 3 + 17);  // the group's name
  click(50, 40 + 34 * 4 + 17);
  EXPECT_TRUE(is_called("ready input:three change:three input:four change:four"));
}

TEST_F(SelectList, IsGoneThroughByKeys) {
  click(50, 20);  // keys go where somebody has clicked
  press("Escape");
  press("ArrowDown", 1);
  press("ArrowDown");  // not on the one that is disabled
  press("Enter");
  EXPECT_TRUE(is_called("ready input:three change:three"));
  press("Enter");
  press("End");
  press("Escape");
  press("Enter");
  press("Home");
  press("Tab");
  EXPECT_TRUE(is_called("ready input:three change:three input:one change:one"));
}

TEST_F(SelectList, ClosesWithoutAChoice) {
  click(50, 20);
  click(600, 400);
  click(50, 40 + 34 * 2 + 17);  // on the page now
  click(50, 20);
  click(50, 20);
  click(50, 40 + 34 * 2 + 17);
  run("document.title += ' end'");
  EXPECT_TRUE(is_called("ready end"));
}

TEST_F(SelectList, APageCannotOpenIt) {
  run("s.dispatchEvent(new MouseEvent('mousedown', {bubbles: true, button: 0}));"
      "document.title = String(document.documentElement.lastElementChild.tagName)");
  EXPECT_TRUE(is_called("BODY"));
}

TEST_F(SelectList, IsThereInAModalDialog) {
  run("const d = document.createElement('dialog'); d.style.cssText = 'margin:0;padding:0;border:0';"
      "document.body.append(d); d.append(s); d.showModal(); document.title = 'modal'");
  ASSERT_TRUE(is_called("modal"));
  click(50, 20);
  click(50, 40 + 34 * 2 + 17);
  EXPECT_TRUE(is_called("modal input:three change:three"));
}

}  // namespace
}  // namespace turnpike::browser
