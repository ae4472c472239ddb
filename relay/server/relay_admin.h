// What the admin socket acts on: the relay's shards, asked through their mailboxes, and its store.
// For one thread at a time.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/rng.h"
#include "credentials/core/revocation.h"
#include "relay/server/admin/admin_api.h"
#include "relay/server/relay.h"

namespace turnpike::server {

class RelayAdmin final : public AdminWorld {
 public:
  /// `relay` outlives it.
  RelayAdmin(Relay& relay, Rng& rng);

  AdminStatus status() override;
  Result<std::vector<turn::SessionInfo>, AdminTimeout> sessions(
      const turn::SessionFilter& filter) override;
  Result<bool, AdminTimeout> close_session(turn::SessionId id) override;
  std::vector<credentials::Revocation> revocations() override;
  Result<RevokeOutcome, AdminTimeout> revoke(
      const std::vector<credentials::Revocation>& rules) override;
  Result<bool, AdminTimeout> lift(credentials::RevocationKind kind,
                                  std::string_view value) override;
  EndedSessions ended(std::uint64_t after, std::size_t limit) override;
  std::string instance() override { return instance_; }
  std::int64_t now_s() override;

 private:
  bool store_rules(const std::vector<credentials::Revocation>& rules);

  Relay& relay_;
  std::string instance_;
  credentials::RevocationSet made_here_;
  std::unique_ptr<credentials::Store> store_;  // opened when it is needed
};

}  // namespace turnpike::server
