#include "cobrowse/renderer/browser/key_codes.h"

#include <gtest/gtest.h>

namespace turnpike::browser {
namespace {

struct Row {
  const char* key;
  const char* code;
  int virtual_key;
  const char* text;
  int location;
};

TEST(KeyCodes, AsPagesReadThem) {
  constexpr Row kRows[] = {
      {"a", "KeyA", 65, "a", 0},
      {"A", "KeyA", 65, "A", 0},
      {"q", "KeyA", 65, "q", 0},  // a French keyboard
      {"1", "Digit1", 49, "1", 0},
      {"!", "Digit1", 49, "!", 0},
      {"7", "Numpad7", 103, "7", 3},
      {"Enter", "Enter", 13, "\r", 0},
      {"Enter", "NumpadEnter", 13, "\r", 3},
      {" ", "Space", 32, " ", 0},
      {"Tab", "Tab", 9, "", 0},
      {"Backspace", "Backspace", 8, "", 0},
      {"Escape", "Escape", 27, "", 0},
      {"ArrowLeft", "ArrowLeft", 37, "", 0},
      {"ArrowRight", "ArrowRight", 39, "", 0},
      {"Shift", "ShiftLeft", 16, "", 1},
      {"Control", "ControlRight", 17, "", 2},
      {"[", "BracketLeft", 219, "[", 0},
      {";", "Semicolon", 186, ";", 0},
      {"F1", "F1", 112, "", 0},
      {"F24", "F24", 135, "", 0},
      {"F25", "F25", 0, "", 0},
      {"F0", "F0", 0, "", 0},
      {"Fx", "Fx", 0, "", 0},
      {"", "", 0, "", 0},
      {"Dead", "Numpad", 0, "", 3},
      {"Unidentified", "KeyAB", 0, "", 0},
  };
  for (const Row& row : kRows) {
    const KeyFacts facts = key_facts(row.key, row.code);
    EXPECT_EQ(facts.virtual_key, row.virtual_key) << row.key << " " << row.code;
    EXPECT_EQ(facts.text, row.text) << row.key << " " << row.code;
    EXPECT_EQ(facts.location, row.location) << row.key << " " << row.code;
  }
}

TEST(KeyCodes, OneLetterOfAnyScriptIsText) {
  EXPECT_EQ(key_facts("é", "Digit2").text, "é");
  EXPECT_EQ(key_facts("水", "KeyS").text, "水");
  EXPECT_EQ(key_facts("\xc3", "KeyS").text, "");      // half a letter
  EXPECT_EQ(key_facts("\xff", "KeyS").text, "");      // none
  EXPECT_EQ(key_facts("\x80\x80", "KeyS").text, "");  // none
}

}  // namespace
}  // namespace turnpike::browser
