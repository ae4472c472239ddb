// What is kept of a session, so that it outlives a restart of the server: who is in it, who may
// come in, and what it is about. Secrets are kept as hashes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digests.h"
#include "base/result.h"
#include "base/secret.h"
#include "cobrowse/session/control.h"

namespace turnpike::cobrowse {

inline constexpr std::size_t kSessionIdChars = 12;  // base64url

enum class SessionKind : std::uint8_t { kUniversal, kDocument };

struct ParticipantRecord {
  ParticipantId id{};
  std::string name{};
  Role role = Role::kVisitor;
  std::string token_hash{};  // hex SHA-256
  std::int64_t joined_s = 0;
  bool seen = false;  // has said hello
};

struct InviteRecord {
  std::string token_hash{};  // hex SHA-256
  std::string pin_hash{};    // hex, and keyed
  Role role = Role::kVisitor;
  std::int64_t link_until_s = 0;
  std::int64_t pin_until_s = 0;
};

struct SessionRecord {
  std::string id{};
  SessionKind kind = SessionKind::kUniversal;
  std::string name{};
  std::string start_url{};
  std::string url{};    // where it was last
  std::string owner{};  // the caller that made it
  ControlMode mode = ControlMode::kSingle;
  std::int64_t created_s = 0;
  bool consent = false;
  bool visitor_came = false;  // a visitor has been here: from then on consent counts
  std::string renderer{};     // the one that serves it
  std::string renderer_token_hash{};
  std::uint32_t renderer_uid = 0;  // its browser's user; 0: none of its own
  std::uint32_t last_participant = 0;
  std::vector<ParticipantRecord> participants{};
  std::vector<InviteRecord> invites{};
};

/// Whose token it is.
struct KnownPerson {
  std::string session{};
  Role role{};
  ParticipantId id{};
  std::string name{};
};
std::optional<KnownPerson> find_person(const SessionRecord& record, std::string_view token_hash);

/// Of an invite's PIN. A million PINs are tried in no time by whoever has the record, so the first
/// of the secrets is mixed in.
std::string hash_pin(const Digests& digests, const std::vector<Secret>& secrets,
                     std::string_view pin);

std::string_view role_word(Role role);
std::string_view mode_word(ControlMode mode);
std::string_view kind_word(SessionKind kind);
Result<Role, std::string> parse_role(std::string_view word);
Result<ControlMode, std::string> parse_mode(std::string_view word);
Result<SessionKind, std::string> parse_kind(std::string_view word);

std::string to_text(const SessionRecord& record);
Result<SessionRecord, std::string> parse_session_record(std::string_view text);

}  // namespace turnpike::cobrowse
