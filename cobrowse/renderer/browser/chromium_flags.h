// What Chromium is started with: flags and managed policies. One browser serves one session, is
// looked at by two people, and belongs to neither.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace turnpike::browser {

struct ChromiumFlags {
  std::string profile_folder{};
  std::uint16_t proxy_port = 0;  // on 127.0.0.1, its only way out
  unsigned width = 1280;         // of the picture, in pixels
  unsigned height = 720;
  bool headless = false;  // no X display
  bool sandbox = true;    // false only where somebody has allowed it by name
  bool audio = false;     // else mute
};

/// Without the program itself.
std::vector<std::string> chromium_arguments(const ChromiumFlags& flags);

/// JSON for a file in Chromium's folder of managed policies.
std::string chromium_policy(bool downloads);

}  // namespace turnpike::browser
