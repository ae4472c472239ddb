// What a key is for the DevTools protocol, from KeyboardEvent's `key` and `code`: the virtual key
// code that pages read as keyCode, and the text that it types.
#pragma once

#include <string>
#include <string_view>

namespace turnpike::browser {

struct KeyFacts {
  int virtual_key = 0;  // 0: unknown, keyCode is 0
  std::string text{};   // empty: it types nothing
  int location = 0;     // KeyboardEvent.location: 1 left, 2 right, 3 keypad
};

/// `code` is the place on the keyboard ("KeyA", "Enter", "Numpad1"), `key` what it means there.
KeyFacts key_facts(std::string_view key, std::string_view code);

}  // namespace turnpike::browser
