// The way of a new process from fork to the browser: namespaces, limits, another user, exec.
// Between fork and exec only system calls are made; everything else is prepared before.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "cobrowse/renderer/browser/browser_process.h"

namespace turnpike::browser {

/// In its own network namespace every port is free.
inline constexpr std::uint16_t kNamespaceProxyPort = 3128;

enum class Namespaces : std::uint8_t { kNone, kAsRoot, kWithUserNamespace };

/// What this process may do, found out by doing it in a child.
Namespaces available_namespaces();

struct ChildPlan {
  Namespaces namespaces{};
  std::string policy_folder{};  // takes the place of Chromium's own; empty: none
  std::optional<BrowserUser> user{};
  std::vector<std::string> arguments{};    // with the program
  std::vector<std::string> environment{};  // NAME=VALUE
  int devtools_in = -1;                    // become 3 and 4
  int devtools_out = -1;
  int parent = -1;  // a Unix socket: the proxy's socket goes out, then a byte comes in
};

/// In the child; returns only where something failed, with the step.
const char* become_browser(const ChildPlan& plan);

/// Listens on 127.0.0.1; 0: any port. -1: it cannot.
int listen_on_loopback(std::uint16_t port);

}  // namespace turnpike::browser
