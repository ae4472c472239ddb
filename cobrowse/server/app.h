// The running server: both listeners, sessions, mint, relays and audit log, put together.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cobrowse/server/agents.h"
#include "cobrowse/server/cluster.h"
#include "cobrowse/server/documents_rest.h"
#include "cobrowse/server/errands.h"
#include "cobrowse/server/renderer_backend.h"
#include "cobrowse/server/rest.h"
#include "cobrowse/server/sessions.h"
#include "cobrowse/server/setup.h"
#include "cobrowse/server/state_store.h"
#include "http/server/http_server.h"
#include "relay/crypto/locked_crypto.h"
#include "service/audit_log.h"

namespace turnpike::cobrowse {

class App {
 public:
  static Result<std::unique_ptr<App>, std::string> start(const CobrowsePlan& plan);
  /// No new requests; sessions are kept and renderers go on.
  ~App();
  /// New connections get them; on an error nothing changes.
  Result<void, std::string> reload_certificates() { return server_->reload_certificates(); }
  App(const App&) = delete;
  App& operator=(const App&) = delete;

 private:
  explicit App(const CobrowsePlan& plan);
  Result<void, std::string> open(const CobrowsePlan& plan);
  Result<void, std::string> open_store(const CobrowsePlan& plan);
  void join_cluster(const CobrowsePlan& plan);
  RedisStoreEvents store_events();
  Result<void, std::string> make_backend(const CobrowsePlan& plan);
  Result<std::string, std::string> owner();
  Result<std::string, std::string> renderer_url(const CobrowsePlan& plan);
  Result<void, std::string> listen(const CobrowsePlan& plan);
  Result<std::string, std::string> listen_for_renderers();
  Services services(const CobrowsePlan& plan);
  Result<void, std::string> open_documents(const CobrowsePlan& plan);
  void take_up_documents();
  void tell_documents(const std::string& session);
  http::Response handle(const http::Request& request);
  http::Response metrics() const;
  void audit(const std::string& session, const AuditNote& note);
  void revoke(const std::vector<credentials::Revocation>& rules);
  std::vector<credentials::Revocation> rules();
  void forget_old_rules();

  const std::string public_url_;
  const std::vector<std::string> embed_origins_;
  http::EntryPaths entry_paths_;
  // Sockets, REST, renderers, documents and the sessions' own thread have threads of their own.
  crypto::LockedRng rng_;
  crypto::LockedDigests digests_;
  std::unique_ptr<StateStore> store_;
  RedisStore* redis_ = nullptr;  // the store, where several servers share it
  std::unique_ptr<service::AuditLog> audit_;
  std::unique_ptr<service::JwksSource> jwks_;
  std::unique_ptr<RendererBackend> backend_;
  std::mutex rules_mutex_;
  std::vector<credentials::Revocation> rules_;  // told again to a relay that was away
  std::vector<std::unique_ptr<service::RelayWatch>> watches_;
  std::unique_ptr<Agents> agents_;
  std::mutex documents_mutex_;
  bool tells_documents_ = false;                         // there are sessions to tell
  std::unique_ptr<documents::DocumentStore> documents_;  // null: there are none
  std::unique_ptr<Sessions> sessions_;
  std::atomic<bool> has_sessions_ = false;  // those of the run before are known
  std::unique_ptr<DocumentsRest> documents_rest_;
  std::unique_ptr<Rest> rest_;
  std::unique_ptr<Cluster> cluster_;
  std::unique_ptr<http::HttpServer> renderers_, server_;
  std::unique_ptr<Errands> errands_;  // ends before what it works with
};

}  // namespace turnpike::cobrowse
