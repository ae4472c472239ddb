// What a renderer is told on its standard input: one JSON object, by the server that starts it.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace turnpike::renderer {

inline constexpr std::uint32_t kLeastUid = 1000;
inline constexpr std::uint32_t kMostUid = 2'000'000'000;

enum class CaptureKind : std::uint8_t { kX11, kCdp, kTest };

struct Orders {
  std::string control_url{};  // of the server's WebSocket for renderers
  std::string renderer{};     // its own name: which session it serves comes by `start`
  Secret token{};
  CaptureKind capture = CaptureKind::kX11;
  std::string browser = "/usr/bin/chromium";
  std::string user = "nobody";  // a name or a number; asked only as root
  /// As root: the browser's and its screen's user and group instead of `user`, one for each session
  /// that runs at the same time, so that browsers of two sessions cannot touch each other. 0: none;
  /// else kLeastUid…kMostUid, and need not be in passwd.
  std::uint32_t uid = 0;
  unsigned width = 1280;
  unsigned height = 720;
  int max_fps = 30;
  int max_kbps = 3000;
  bool audio = false;  // what pages play goes to the viewers
  std::size_t max_tabs = 10;
  std::uint64_t memory_mb = 1024;
  unsigned cpu_percent = 150;
  unsigned pids = 400;
  std::string user_agent_token{};
  bool allow_unsandboxed = false;
  std::uint64_t download_mb = 0;  // of one file that a page gives to be saved; 0: none
  bool warm = false;              // the browser is started before there is a session
  milliseconds tick{2000};        // between two looks at how it goes; not in the text
  std::vector<std::string> sensitive_selectors{};
  std::vector<std::string> allow_sites{}, deny_sites{}, allow_internal{}, own_addresses{};
  std::vector<std::uint16_t> allow_ports{};
};

Result<Orders, std::string> parse_orders(std::string_view text);

}  // namespace turnpike::renderer
