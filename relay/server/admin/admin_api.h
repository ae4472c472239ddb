// The admin socket's requests: sessions listed and ended, credentials revoked. A Request in, a
// Response out; what they act on is AdminWorld. The socket itself is http/server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "credentials/core/revocation.h"
#include "http/core/message.h"
#include "relay/server/admin/ended_log.h"
#include "relay/turn/server.h"

namespace turnpike::server {

struct AdminStatus {
  std::string instance;  // another one for every process: who sees it change tells it all again
  std::string version;
  bool draining = false;
  std::uint64_t allocations = 0;
  std::size_t revocations = 0;
  std::string store;  // "ok", "down" or "none"
};

struct RevokeOutcome {
  std::size_t added = 0;
  std::size_t closed = 0;  // allocations that have ended by it
  bool stored = false;     // survives a restart; false without a store and when it failed
};

/// The threads that have the sessions did not answer in time.
struct AdminTimeout {};

class AdminWorld {
 public:
  virtual ~AdminWorld() = default;
  virtual AdminStatus status() = 0;
  virtual Result<std::vector<turn::SessionInfo>, AdminTimeout> sessions(
      const turn::SessionFilter& filter) = 0;
  /// False: there is no such session.
  virtual Result<bool, AdminTimeout> close_session(turn::SessionId id) = 0;
  virtual std::vector<credentials::Revocation> revocations() = 0;
  virtual Result<RevokeOutcome, AdminTimeout> revoke(
      const std::vector<credentials::Revocation>& rules) = 0;
  /// False: there is no such rule.
  virtual Result<bool, AdminTimeout> lift(credentials::RevocationKind kind,
                                          std::string_view value) = 0;
  /// Allocations that have ended since that number.
  virtual EndedSessions ended(std::uint64_t after, std::size_t limit) = 0;
  virtual std::string instance() = 0;
  virtual std::int64_t now_s() = 0;
};

/// GET /v1/status, /v1/sessions, /v1/ended, /v1/revocations; POST /v1/revocations; DELETE
/// /v1/sessions/{id}, /v1/revocations?kind=…&value=…. docs/admin-socket.md has the shapes.
http::Response answer_admin(const http::Request& request, AdminWorld& world);

}  // namespace turnpike::server
