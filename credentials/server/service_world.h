// What the credentials API needs of the world, for real: clocks, the store, the relays, the audit
// log. The API's thread calls it; a thread of its own follows what others write into the store.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "credentials/api/world.h"
#include "credentials/server/issue_writer.h"
#include "credentials/server/setup.h"
#include "relay/crypto/crypto_rng.h"
#include "relay/crypto/openssl_digests.h"
#include "service/audit_log.h"
#include "service/relay_watch.h"

namespace turnpike::credentials {

/// What another ServiceWorld has open already, where it is for the same files: a chain has one end,
/// and one hand writes the accounts.
struct Running {
  std::shared_ptr<service::AuditLog> audit{};
  std::shared_ptr<Accounting> accounting{};
};

class ServiceWorld final : public api::World {
 public:
  /// Opens the store and the audit log, reads the revocations and starts to watch the relays. The
  /// error says what cannot be had.
  static Result<std::unique_ptr<ServiceWorld>, std::string> open(const ServicePlan& plan,
                                                                 Running running = {});
  ~ServiceWorld() override;

  Now now() override;
  const Digests& digests() override { return digests_; }
  Rng& rng() override { return rng_; }
  api::WeekTime local_time(WallTime time) override;
  std::optional<api::ApiKey> find_key(std::string_view id) override;
  std::optional<api::CallerPolicy> find_policy(std::string_view id) override;
  Result<boost::json::object, std::string> check_token(std::string_view token,
                                                       const http::TokenRules& rules) override;
  std::optional<api::Caller> find_certificate(std::string_view subject) override;
  bool is_relay_usable(std::size_t index) override;
  Result<void, api::Unavailable> record(const api::Issued& issued) override;
  Result<std::vector<api::Issued>, api::Unavailable> issued(
      const api::IssuedFilter& filter) override;
  Result<void, api::Unavailable> revoke(const std::vector<Revocation>& rules) override;
  Result<bool, api::Unavailable> lift(RevocationKind kind, std::string_view value) override;
  std::vector<Revocation> revocations() override;
  std::optional<Revocation> revocation_of(std::string_view username) override;
  Result<std::vector<api::StoredKey>, api::Unavailable> stored_keys() override;
  Result<bool, api::Unavailable> add_key(const api::StoredKey& key) override;
  Result<bool, api::Unavailable> remove_key(std::string_view id) override;
  Result<std::optional<api::Export>, api::Unavailable> read_export(api::ExportKind kind,
                                                                   std::uint64_t after,
                                                                   std::size_t lines) override;
  void audit(const api::AuditEvent& event) override;

  bool is_store_up() const { return store_is_up_.load(std::memory_order_relaxed); }
  IssueWriter::Counts written() const { return writer_->counts(); }
  std::size_t usable_relays() const;
  /// For the one that takes this one's place.
  Running running(const ServicePlan& next) const;
  Accounting::Counts accounted() const {
    return accounting_ ? accounting_->counts() : Accounting::Counts();
  }

 private:
  explicit ServiceWorld(const ServicePlan& plan);
  Result<void, std::string> open_stores(const StoreSettings& settings);
  Result<void, std::string> open_audit(const std::string& path);
  Result<void, std::string> open_accounting(const ServicePlan& plan);
  service::AccountKeeping account_keeping();
  void follow_store();
  bool read_rules(Store& store);
  void read_keys(Store& store);
  void forget_the_past(Store& store);
  std::vector<Revocation> all_rules() const;
  api::Unavailable unavailable(const StoreError& error);

  const std::map<std::string, api::ApiKey, std::less<>> keys_;
  const std::map<std::string, api::Caller, std::less<>> by_certificate_;
  const std::map<std::string, api::CallerPolicy, std::less<>> policies_;
  const std::string audit_file_;
  const AccountingSettings accounting_settings_;
  const char separator_;
  crypto::OpensslDigests digests_;
  crypto::CryptoRng rng_;
  std::array<crypto::OpensslDigests, 3> store_digests_;  // one per store, each has its own thread
  std::unique_ptr<Store> store_;                         // the API's thread
  std::unique_ptr<Store> followed_store_;                // the following thread
  std::unique_ptr<ChangeFeed> feed_;                     // null: asked again every second
  std::unique_ptr<IssueWriter> writer_;
  std::shared_ptr<service::AuditLog> audit_;   // null: none is kept
  std::unique_ptr<service::JwksSource> jwks_;  // null: no tokens are taken
  std::shared_ptr<Accounting> accounting_;     // null: none is kept
  mutable std::mutex mutex_;
  RevocationSet rules_;
  std::map<std::string, api::ApiKey, std::less<>> stored_keys_;  // made at run time, by id
  std::atomic<bool> store_is_up_{true};
  std::atomic<bool> stopping_{false};
  std::vector<std::unique_ptr<service::RelayWatch>> watches_;
  std::thread follower_;
};

}  // namespace turnpike::credentials
