// Trust levels by the first segments of a path, decided before routing for every request, WebSocket
// handshake and file. A level is where a request came in, not who sent it: it opens a door to
// resources, and each of them still asks who is there.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/core/address_range.h"
#include "http/core/message.h"

namespace turnpike::http {

inline constexpr std::array kTrustLevels = {TrustLevel::kPublic, TrustLevel::kWebhook,
                                            TrustLevel::kInternal, TrustLevel::kSystem};

/// "PUBLIC", "WEBHOOK", "INTERNAL", "SYSTEM"
std::string_view trust_level_name(TrustLevel level);

/// Whether a request of one level may have a resource that declares another: its own or a lower
/// one, but WEBHOOK and the others never meet.
bool may_reach(TrustLevel request, TrustLevel resource);

struct EntryPathSettings {
  std::string public_prefix = "/public";
  std::string webhook_prefix = "/webhook";
  std::string internal_prefix = "/app";
  std::string system_prefix = "/system";

  bool system_enabled = false;
  bool system_externally_protected = false;  // somebody in front of us asks who is there
  std::string system_user{};                 // HTTP Basic
  std::string system_password_hash{};        // in the form that PasswordCheck knows

  bool webhook_enabled = false;
  std::string webhook_origin{};  // "https://hooks.example.org": where senders reach us
  std::vector<AddressRange> webhook_ranges{};
};

/// Why a server must not start with these settings; each names the prefixes or the setting, and
/// what to do. Empty: it may.
std::vector<std::string> validate(const EntryPathSettings& settings);

/// What is allowed and worth a line in the log: a WEBHOOK level that is on and closed to everybody,
/// SYSTEM that relies on others.
std::vector<std::string> remarks(const EntryPathSettings& settings);

struct Classified {
  TrustLevel level = TrustLevel::kPublic;
  std::string path;   // without the prefix: "/x/y", at least "/"
  std::string query;  // not decoded
};

struct EntryRefusal {
  unsigned status =
      404;  // 400: no target that has one meaning; 404: no prefix, or its level is off
  std::string_view detail;
};

/// (password, hash) -> whether it is the one.
using PasswordCheck = std::function<bool(std::string_view, std::string_view)>;

class EntryPaths {
 public:
  /// The settings passed validate(). `check` is needed when SYSTEM is on with a user.
  explicit EntryPaths(EntryPathSettings settings, PasswordCheck check = {});

  /// Whole segments, case-sensitive, after decoding. The prefix itself must be spelled plainly, and
  /// ".." must not lead through it: a proxy in front sees the same level as we do.
  Result<Classified, EntryRefusal> classify(std::string_view raw_target) const;

  /// For http/server's Admit: classifies, asks SYSTEM for its user and WEBHOOK for its address
  /// ranges, and sets path, query and trust; or the answer that turns the request away.
  std::optional<Response> admit(Request& request) const;

  /// "/app": the prefix of a level.
  const std::string& prefix(TrustLevel level) const;
  bool enabled(TrustLevel level) const;

 private:
  bool is_system_user(const Headers& headers) const;

  EntryPathSettings settings_;
  PasswordCheck check_;
};

}  // namespace turnpike::http
